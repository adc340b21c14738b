#ifndef TESTS_SUPPORT_PORT_H
#define TESTS_SUPPORT_PORT_H

/*
 * A port for a server that is stopped and started again: below those that the system hands out by itself, so that nobody
 * is given it in between. It is free now; 0 where none was found.
 */
unsigned test_port_make(void);

#endif
