/* Runs a program and writes what it cost: wall seconds, user and system CPU seconds, peak memory in
 * KiB, exit status. A process forked by a large parent inherits the parent's peak, so that a Python
 * script cannot measure small programs; this one, linked statically, is smaller than any of them.
 *
 *     measure RESULT-FILE PROGRAM ARGUMENT...
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char** environ;

static double seconds(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int main(int count, char** words) {
    if (count < 3) return 2;
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    pid_t child;
    if (posix_spawnp(&child, words[2], NULL, NULL, words + 2, environ) != 0) {
        perror(words[2]);
        return 127;
    }
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) != child) return 1;
    clock_gettime(CLOCK_MONOTONIC, &end);
    FILE* result = fopen(words[1], "w");
    if (result == NULL) return 1;
    fprintf(result, "%.6f %.6f %.6f %ld %d\n",
            (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9,
            seconds(usage.ru_utime), seconds(usage.ru_stime), usage.ru_maxrss,
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return fclose(result);
}
