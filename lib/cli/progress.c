#include "cli/progress.h"

#include <time.h>
#include <unistd.h>

#include "cli/msg.h"

void
crm_progress_clear(struct crm_cli *cli)
{
	if (!cli->progress_shown)
		return;
	(void)crm_msg_write(STDERR_FILENO, CRM_STR("\r\033[K"));
	cli->progress_shown = false;
}

static int64_t
milliseconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
crm_cli_progress(struct crm_cli *cli, uint64_t n, uint64_t total)
{
	if (n % 256 || !cli->progress || !cli->tty_err || cli->quiet)
		return;
	int64_t now = milliseconds();
	if (!cli->progress_start)
		cli->progress_start = cli->progress_last = now;
	if (now - cli->progress_start < 1000 || now - cli->progress_last < 200)
		return;
	cli->progress_last = now;
	/* A background job must not write over the shell's line. */
	if (tcgetpgrp(STDERR_FILENO) != getpgrp())
		return;
	char line[128];
	uint64_t rate = n * 1000 / (uint64_t)(now - cli->progress_start);
	int len = total ?
	    snprintf(line, sizeof(line), "\r%" PRIu64 "%% %" PRIu64 "/%" PRIu64
	    " (%" PRIu64 "/s)\033[K", n * 100 / total, n, total, rate) :
	    snprintf(line, sizeof(line), "\r%" PRIu64 " (%" PRIu64
	    "/s)\033[K", n, rate);
	(void)crm_msg_write(STDERR_FILENO, (struct crm_str){ line, (size_t)len });
	cli->progress_shown = true;
}
