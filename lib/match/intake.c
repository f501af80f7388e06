/* Records on their way in. Normal forms take longer than reading the lines
 * does, so with several threads they are made in two of their own: one makes
 * what is of words, the other the rest. Batches are handed over in order, and
 * nothing else touches the matcher meanwhile. */
#include <pthread.h>

#include "match/inner.h"

enum { BATCH = 2000, HANDS = 2 };

struct one {
	struct crm_str id, source, age;
	struct crm_match_vals *vals;
	enum crm_match_subject subject;
};

struct batch {
	struct crm_arena mem;
	struct one one[BATCH];
	size_t n;
};

struct hand {
	struct crm_intake *in;
	size_t taken;		/* records so far */
	bool full;		/* the batch handed over is not done */
	pthread_t thread;
};

struct crm_intake {
	struct crm_match *m;
	struct batch batch[2];
	unsigned filling;	/* the batch that is filled */
	bool started, end;
	struct hand hand[HANDS];	/* words, the rest */
	pthread_mutex_t lock;
	pthread_cond_t turn;
};

static void
take_in(struct crm_match *m, struct hand *h, const struct batch *b, bool words)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct one *o = &b->one[i];
		if (words)
			crm_match_put_words(m, h->taken++, o->subject, o->vals);
		else
			crm_match_put_rest(m, o->id, o->source, o->age, o->vals);
	}
}

static void
empty(struct batch *b)
{
	crm_arena_clear(&b->mem);
	b->n = 0;
}

static void *
work(void *p)
{
	struct hand *h = p;
	struct crm_intake *in = h->in;
	pthread_mutex_lock(&in->lock);
	for (;;) {
		while (!h->full && !in->end)
			pthread_cond_wait(&in->turn, &in->lock);
		if (!h->full)
			break;
		const struct batch *b = &in->batch[!in->filling];
		pthread_mutex_unlock(&in->lock);
		take_in(in->m, h, b, h == &in->hand[0]);
		pthread_mutex_lock(&in->lock);
		h->full = false;
		pthread_cond_broadcast(&in->turn);
	}
	pthread_mutex_unlock(&in->lock);
	return NULL;
}

/* Ends the threads that were made. */
static void
stop(struct crm_intake *in, size_t made)
{
	pthread_mutex_lock(&in->lock);
	in->end = true;
	pthread_cond_broadcast(&in->turn);
	pthread_mutex_unlock(&in->lock);
	for (size_t i = 0; i < made; i++)
		pthread_join(in->hand[i].thread, NULL);
}

/* Once there is enough to do for them. */
static void
start(struct crm_intake *in)
{
	size_t made = 0;
	if (in->batch[0].n < BATCH || in->end)
		return;
	while (made < HANDS && pthread_create(&in->hand[made].thread, NULL,
	    work, &in->hand[made]) == 0)
		made++;
	in->started = made == HANDS;
	if (!in->started)
		stop(in, made);
}

/* Hands the filled batch over, or works on it here where there are no
 * threads. */
static void
hand_over(struct crm_intake *in)
{
	struct batch *b = &in->batch[in->filling];
	if (!in->started)
		start(in);
	if (!in->started) {
		for (size_t i = 0; i < HANDS; i++)
			take_in(in->m, &in->hand[i], b, i == 0);
		empty(b);
		return;
	}
	pthread_mutex_lock(&in->lock);
	while (in->hand[0].full || in->hand[1].full)
		pthread_cond_wait(&in->turn, &in->lock);
	in->filling = !in->filling;
	in->hand[0].full = in->hand[1].full = true;
	pthread_cond_broadcast(&in->turn);
	pthread_mutex_unlock(&in->lock);
	empty(&in->batch[in->filling]);
}

struct crm_intake *
crm_intake_new(struct crm_match *m)
{
	struct crm_intake *in = crm_zalloc(sizeof(*in));
	in->m = m;
	for (size_t i = 0; i < HANDS; i++)
		in->hand[i].in = in;
	pthread_mutex_init(&in->lock, NULL);
	pthread_cond_init(&in->turn, NULL);
	return in;
}

static struct crm_match_vals *
copy_vals(struct crm_arena *mem, const struct crm_match_vals *vals, size_t n)
{
	struct crm_match_vals *out = crm_arena_alloc(mem, n * sizeof(*out));
	for (size_t i = 0; i < n; i++) {
		struct crm_str *v = crm_arena_alloc(mem, vals[i].n *
		    sizeof(*v) + 1);
		for (size_t k = 0; k < vals[i].n; k++)
			v[k] = crm_arena_str(mem, vals[i].v[k]);
		out[i] = (struct crm_match_vals){ v, vals[i].n };
	}
	return out;
}

void
crm_intake_add(struct crm_intake *in, struct crm_str id, struct crm_str source,
    struct crm_str age, enum crm_match_subject subject,
    const struct crm_match_vals *vals)
{
	struct batch *b = &in->batch[in->filling];
	b->one[b->n++] = (struct one){ crm_arena_str(&b->mem, id),
		source.n ? crm_arena_str(&b->mem, source) : source,
		age.n ? crm_arena_str(&b->mem, age) : age,
		copy_vals(&b->mem, vals, in->m->o.nfields), subject };
	if (b->n == BATCH)
		hand_over(in);
}

void
crm_intake_free(struct crm_intake *in)
{
	if (in == NULL)
		return;
	hand_over(in);
	if (in->started)
		stop(in, HANDS);
	for (int k = 0; k < 2; k++)
		crm_arena_release(&in->batch[k].mem);
	pthread_cond_destroy(&in->turn);
	pthread_mutex_destroy(&in->lock);
	free(in);
}
