/* Records on their way in. Normal forms take longer than reading the lines
 * does, so with several threads they are made in one of their own: batches are
 * handed over in order, and nothing else touches the matcher meanwhile. */
#include <pthread.h>

#include "match/inner.h"

enum { BATCH = 2000 };

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

struct crm_intake {
	struct crm_match *m;
	struct batch batch[2];
	unsigned filling;	/* the batch that is filled */
	bool started, full, end;	/* full: the other one waits or is worked on */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t turn;
};

static void
take_in(struct crm_match *m, struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct one *o = &b->one[i];
		crm_match_put(m, o->id, o->source, o->age, o->subject, o->vals);
	}
	crm_arena_clear(&b->mem);
	b->n = 0;
}

static void *
work(void *p)
{
	struct crm_intake *in = p;
	pthread_mutex_lock(&in->lock);
	for (;;) {
		while (!in->full && !in->end)
			pthread_cond_wait(&in->turn, &in->lock);
		if (!in->full)
			break;
		struct batch *b = &in->batch[!in->filling];
		pthread_mutex_unlock(&in->lock);
		take_in(in->m, b);
		pthread_mutex_lock(&in->lock);
		in->full = false;
		pthread_cond_broadcast(&in->turn);
	}
	pthread_mutex_unlock(&in->lock);
	return NULL;
}

/* Hands the filled batch over, or works on it here where there is no thread. */
static void
hand_over(struct crm_intake *in)
{
	if (!in->started) {
		in->started = in->batch[0].n == BATCH &&
		    pthread_create(&in->thread, NULL, work, in) == 0;
		if (!in->started) {
			take_in(in->m, &in->batch[0]);
			return;
		}
	}
	pthread_mutex_lock(&in->lock);
	while (in->full)
		pthread_cond_wait(&in->turn, &in->lock);
	in->filling = !in->filling;
	in->full = true;
	pthread_cond_broadcast(&in->turn);
	pthread_mutex_unlock(&in->lock);
}

struct crm_intake *
crm_intake_new(struct crm_match *m)
{
	struct crm_intake *in = crm_zalloc(sizeof(*in));
	in->m = m;
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
	if (in->started) {
		pthread_mutex_lock(&in->lock);
		in->end = true;
		pthread_cond_broadcast(&in->turn);
		pthread_mutex_unlock(&in->lock);
		pthread_join(in->thread, NULL);
	}
	for (int k = 0; k < 2; k++)
		crm_arena_release(&in->batch[k].mem);
	pthread_cond_destroy(&in->turn);
	pthread_mutex_destroy(&in->lock);
	free(in);
}
