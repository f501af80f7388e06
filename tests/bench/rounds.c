/* Times commands in turn: rounds N JOBS OUT, a job a line: name TAB stdin file
 * TAB command TAB argument ... stdout goes to OUT. Whole processes, from spawn
 * to wait. Prints name, median wall and processor milliseconds and peak KiB. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { JOBS = 32, ARGS = 64, ROUNDS = 1000 };

struct job {
	char *name, *in, *arg[ARGS];
	double wall[ROUNDS], cpu[ROUNDS];
	long peak;
};

static double
ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec * 1e-3;
}

static void
run(struct job *j, int round, const char *out)
{
	posix_spawn_file_actions_t fa;
	struct timespec a, b;
	struct rusage use;
	pid_t pid;
	int status = 0;
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 0, j->in, O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&fa, 1, out,
	    O_WRONLY | O_CREAT | O_TRUNC, 0600);
	clock_gettime(CLOCK_MONOTONIC, &a);
	if (posix_spawnp(&pid, j->arg[0], &fa, NULL, j->arg, environ) ||
	    wait4(pid, &status, 0, &use) < 0 || status) {
		fprintf(stderr, "rounds: %s failed\n", j->name);
		exit(1);
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	posix_spawn_file_actions_destroy(&fa);
	j->wall[round] = (double)(b.tv_sec - a.tv_sec) * 1e3 +
	    (double)(b.tv_nsec - a.tv_nsec) * 1e-6;
	j->cpu[round] = ms(use.ru_utime) + ms(use.ru_stime);
	j->peak = use.ru_maxrss;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	static struct job job[JOBS];
	char *line = NULL, *save, *p;
	size_t cap = 0, n = 0;
	FILE *f = argc == 4 ? fopen(argv[2], "r") : NULL;
	int rounds = f ? atoi(argv[1]) : 0;
	if (rounds < 1 || rounds > ROUNDS) {
		fprintf(stderr, "usage: rounds N JOBS OUT\n");
		return 2;
	}
	while (n < JOBS && getline(&line, &cap, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		char *copy = strdup(line);
		job[n].name = strtok_r(copy, "\t", &save);
		job[n].in = strtok_r(NULL, "\t", &save);
		for (int i = 0; i + 1 < ARGS &&
		    (p = strtok_r(NULL, "\t", &save)); i++)
			job[n].arg[i] = p;
		n += job[n].arg[0] != NULL;
	}
	for (int r = 0; r < rounds; r++)
		for (size_t i = 0; i < n; i++)
			run(&job[i], r, argv[3]);
	for (size_t i = 0; i < n; i++) {
		qsort(job[i].wall, (size_t)rounds, sizeof(double), compare);
		qsort(job[i].cpu, (size_t)rounds, sizeof(double), compare);
		printf("%s\t%.3f\t%.3f\t%ld\n", job[i].name,
		    job[i].wall[rounds / 2], job[i].cpu[rounds / 2],
		    job[i].peak);
	}
	return 0;
}
