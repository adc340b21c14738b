#include "keyholder/command.h"

int main(int argc, char **argv)
{
    return argc < 2 ? 2 : keyholder_command(argc - 1, argv + 1);
}
