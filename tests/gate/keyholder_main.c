/* The program that a test's gate starts as its keyholder. */
#include "keyholder.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "keyholder") != 0) {
        fprintf(stderr, "usage: keyholder-main keyholder ...\n");
        return 2;
    }
    return keyholder_command(argc - 1, argv + 1);
}
