#include <pthread.h>
#include <stdatomic.h>

#include "match/inner.h"

struct pool {
	atomic_size_t next;
	atomic_uint thread;
	size_t n;
	crm_work work;
	void *arg;
};

static void *
worker(void *p)
{
	struct pool *pool = p;
	unsigned thread = atomic_fetch_add(&pool->thread, 1);
	for (size_t i; (i = atomic_fetch_add(&pool->next, 1)) < pool->n;)
		pool->work(pool->arg, thread, i);
	return NULL;
}

enum crm_status
crm_match_parallel(unsigned threads, size_t n, crm_work work, void *arg,
    struct crm_err *err)
{
	struct pool pool = { .n = n, .work = work, .arg = arg };
	enum crm_status st = CRM_OK;
	pthread_t id[64];
	unsigned made = 0;
	while (made + 1 < threads && made < CRM_LEN(id)) {
		int e = pthread_create(&id[made], NULL, worker, &pool);
		if (e) {
			st = crm_err_set(err, CRM_SYSTEM, "match.thread",
			    _("cannot start a thread: %s"), strerror(e));
			atomic_store(&pool.next, n);
			break;
		}
		made++;
	}
	worker(&pool);
	for (unsigned i = 0; i < made; i++)
		pthread_join(id[i], NULL);
	return st;
}
