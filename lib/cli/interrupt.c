#include "cli/interrupt.h"

#include <signal.h>

/* A handler has nowhere else to leave its mark. */
static volatile sig_atomic_t caught;

static void
mark(int sig)
{
	caught = sig;
}

void
crm_interrupt_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	for (size_t i = 0; i < CRM_LEN(signals); i++) {
		struct sigaction old, sa = { .sa_handler = mark,
			.sa_flags = SA_RESETHAND };
		if (sigaction(signals[i], NULL, &old) == 0 &&
		    old.sa_handler == SIG_DFL)
			sigaction(signals[i], &sa, NULL);
	}
}

int
crm_interrupt_which(void)
{
	return caught;
}

void
crm_interrupt_die(void)
{
	if (!caught)
		return;
	signal(caught, SIG_DFL);
	raise(caught);
}
