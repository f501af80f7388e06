/* A crew of threads that work through numbered pieces while their master does
 * something else. The pieces are told as they get ready, taken in order, a
 * stretch at a time; what they yield is the caller's and in his order, so that
 * the number of threads changes no result. */
#ifndef CRM_CREW_H
#define CRM_CREW_H

#include "base/base.h"

struct crm_crew;

/* Works on piece i; `thread` is from 0 (the master) to the crew's size - 1, so
 * that each thread has its own scratch. */
typedef void crm_crew_fn(void *ctx, unsigned thread, size_t i);

/* How many threads make sense: `wish` where it is not 0, else the processors
 * there are, at most CRM_CREW_MAX. */
enum { CRM_CREW_MAX = 8 };
unsigned crm_crew_size(int64_t wish);
/* Threads are started with the first pieces; where none can be, the master
 * does all alone. A thread takes `stretch` pieces at a time. fn and ctx have to
 * outlive the crew. */
struct crm_crew *crm_crew_new(unsigned threads, size_t stretch,
    crm_crew_fn *fn, void *ctx);
/* Pieces from `from` on are the next to be done: a new round. Only when
 * nothing is left of the last. */
void crm_crew_begin(struct crm_crew *c, size_t from);
/* All pieces below n are ready. Returns at once. */
void crm_crew_ready(struct crm_crew *c, size_t n);
/* Takes part until all that is ready is done. */
void crm_crew_finish(struct crm_crew *c);
/* Ends the threads, after finish. NULL is fine. */
void crm_crew_free(struct crm_crew *c);

#endif
