/* Pieces worked through by several threads: each once, whatever the number of
 * threads and however they are told. */
#include "base/crew.h"

#include "tap.h"

enum { N = 5000 };

struct work {
	unsigned times[N], thread[N];
};

static void
count(void *ctx, unsigned thread, size_t i)
{
	struct work *w = ctx;
	w->times[i]++;
	w->thread[i] = thread;
}

static bool
each_once(const struct work *w, size_t from, size_t to, unsigned threads)
{
	for (size_t i = 0; i < N; i++)
		if (w->times[i] != (i >= from && i < to) ||
		    w->thread[i] >= threads)
			return false;
	return true;
}

static void
rounds(unsigned threads)
{
	struct work w = { 0 };
	struct crm_crew *c = crm_crew_new(threads, 16, count, &w);
	crm_crew_begin(c, 7);
	for (size_t n = 7; n <= N; n += 331)
		crm_crew_ready(c, n);
	crm_crew_ready(c, N);
	crm_crew_finish(c);
	ok(each_once(&w, 7, N, threads), "%u threads: each piece once",
	    threads);
	memset(&w, 0, sizeof(w));
	crm_crew_begin(c, 0);
	crm_crew_ready(c, 3);
	crm_crew_finish(c);
	ok(each_once(&w, 0, 3, threads), "a second, short round");
	crm_crew_finish(c);
	ok(each_once(&w, 0, 3, threads), "finishing again does nothing");
	crm_crew_free(c);
}

int
main(void)
{
	static const unsigned threads[] = { 1, 2, 5 };
	for (size_t i = 0; i < CRM_LEN(threads); i++)
		rounds(threads[i]);
	crm_crew_free(NULL);
	ok(crm_crew_size(0) >= 1 && crm_crew_size(0) <= CRM_CREW_MAX,
	    "as many as there are processors");
	ok(crm_crew_size(3) == 3 && crm_crew_size(1000) == CRM_CREW_MAX,
	    "or as many as wished");
	return tap_end();
}
