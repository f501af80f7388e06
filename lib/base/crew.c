#include "base/crew.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/mem.h"

struct crm_crew {
	pthread_mutex_t lock;
	pthread_cond_t work, idle;
	crm_crew_fn *fn;
	void *ctx;
	size_t stretch;
	size_t next, ready, busy;	/* under the lock */
	bool end;
	unsigned size, names, started;
	pthread_t id[CRM_CREW_MAX];
};

unsigned
crm_crew_size(int64_t wish)
{
	long n = wish > 0 ? wish < CRM_CREW_MAX ? (long)wish : CRM_CREW_MAX :
	    sysconf(_SC_NPROCESSORS_ONLN);
	return n < 1 ? 1 : n > CRM_CREW_MAX ? CRM_CREW_MAX : (unsigned)n;
}

struct crm_crew *
crm_crew_new(unsigned threads, size_t stretch, crm_crew_fn *fn, void *ctx)
{
	struct crm_crew *c = crm_zalloc(sizeof(*c));
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->work, NULL);
	pthread_cond_init(&c->idle, NULL);
	c->stretch = stretch;
	c->fn = fn;
	c->ctx = ctx;
	c->size = threads < CRM_CREW_MAX ? threads : CRM_CREW_MAX;
	return c;
}

/* One stretch, the lock held before and after; false where there is none. */
static bool
do_some(struct crm_crew *c, unsigned thread)
{
	size_t from = c->next, left = c->ready - c->next;
	size_t n = left < c->stretch ? left : c->stretch;
	if (n == 0)
		return false;
	c->next += n;
	c->busy++;
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < n; i++)
		c->fn(c->ctx, thread, from + i);
	pthread_mutex_lock(&c->lock);
	if (--c->busy == 0 && c->next == c->ready)
		pthread_cond_signal(&c->idle);
	return true;
}

static void *
helper(void *arg)
{
	struct crm_crew *c = arg;
	pthread_mutex_lock(&c->lock);
	unsigned thread = ++c->names;
	while (!c->end)
		if (!do_some(c, thread))
			pthread_cond_wait(&c->work, &c->lock);
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* Signals are the master's. */
static void
start(struct crm_crew *c)
{
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	while (c->started + 1 < c->size)
		if (pthread_create(&c->id[c->started], NULL, helper, c) == 0)
			c->started++;
		else
			c->size = c->started + 1;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

void
crm_crew_begin(struct crm_crew *c, size_t from)
{
	pthread_mutex_lock(&c->lock);
	c->next = c->ready = from;
	pthread_mutex_unlock(&c->lock);
}

void
crm_crew_ready(struct crm_crew *c, size_t n)
{
	if (c->started + 1 < c->size)
		start(c);
	pthread_mutex_lock(&c->lock);
	c->ready = n;
	pthread_cond_broadcast(&c->work);
	pthread_mutex_unlock(&c->lock);
}

void
crm_crew_finish(struct crm_crew *c)
{
	pthread_mutex_lock(&c->lock);
	while (do_some(c, 0))
		;
	while (c->busy)
		pthread_cond_wait(&c->idle, &c->lock);
	pthread_mutex_unlock(&c->lock);
}

void
crm_crew_free(struct crm_crew *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->end = true;
	pthread_cond_broadcast(&c->work);
	pthread_mutex_unlock(&c->lock);
	for (unsigned i = 0; i < c->started; i++)
		pthread_join(c->id[i], NULL);
	pthread_cond_destroy(&c->idle);
	pthread_cond_destroy(&c->work);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
