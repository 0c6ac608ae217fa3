// The ferry program. All of it is in src/cli.
#include "cli/program.hpp"

int main(int count, char** words) {
    return ferry::cli::run_program(count, words);
}
