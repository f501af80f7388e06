/* Lines read ahead: two windows take turns, one of which the caller goes
 * through while a crew of threads makes the records of the other. Reading never
 * waits for lines to come while there are some that were not looked at. */
#include "cli/feed.h"

#include "base/crew.h"
#include "base/mem.h"

enum { WINDOW = 1024, WINDOW_BYTES = 1 << 20, FEW = 64, STRETCH = 32 };

struct slot {
	struct crm_feed_line line;
	struct crm_str text;	/* in the window's mem */
	const char *source;
	uint64_t number;
};

struct window {
	struct slot slot[WINDOW];
	size_t n, bytes;
	struct crm_arena mem;
};

struct lane {
	struct crm_query *sieve;
	struct crm_reader reader;
	struct crm_shapes shapes;
};

struct crm_ahead_feed {
	struct crm_feed *feed;
	struct crm_crew *crew;
	struct lane lane[CRM_CREW_MAX];
	struct window window[2], *work;	/* work: what the crew is at */
	unsigned use;
	size_t at;		/* in the window in use */
	const char *source;	/* where reading stands, ahead of the caller */
	uint64_t number;
	bool end;
};

static void
read_one(void *ctx, unsigned thread, size_t i)
{
	struct crm_ahead_feed *a = ctx;
	struct slot *s = &a->work->slot[i];
	struct crm_err err = { 0 };
	struct lane *l = &a->lane[thread];
	if (crm_feed_make(&l->reader, l->sieve, s->text, &s->line.rec,
	    &s->line.out, &err)) {
		s->line.wrong = crm_alloc(sizeof(err));
		*s->line.wrong = err;
	}
}

struct crm_ahead_feed *
crm_ahead_feed_new(struct crm_feed *f)
{
	unsigned threads = crm_crew_size(f->cli->jobs);
	struct crm_ahead_feed *a = crm_zalloc(sizeof(*a));
	a->feed = f;
	a->source = f->in.source;
	a->number = f->in.line;
	for (unsigned i = 0; i < threads; i++) {
		struct lane *l = &a->lane[i];
		l->reader = (struct crm_reader){ .schema = f->reader.schema,
			.type = f->reader.type, .shapes = &l->shapes,
			.lim = f->reader.lim, .check = f->reader.check,
			.keep_tool = f->reader.keep_tool,
			.any = f->reader.any, .peek = f->reader.peek };
		l->sieve = f->own && i ? f->sieve(f->sieve_ctx) : f->own;
		if (f->own && !l->sieve)
			threads = i;
	}
	a->crew = crm_crew_new(threads, STRETCH, read_one, a);
	return a;
}

static void
clear(struct window *w)
{
	for (size_t i = 0; i < w->n; i++) {
		free(w->slot[i].line.wrong);
		w->slot[i].line.wrong = NULL;
	}
	w->n = w->bytes = 0;
	crm_arena_clear(&w->mem);
}

static void
add_line(struct crm_ahead_feed *a, struct window *w, struct crm_str line)
{
	struct crm_input *in = &a->feed->in;
	struct slot *s = &w->slot[w->n++];
	s->text = crm_arena_str(&w->mem, line);
	s->source = in->source;
	s->number = in->line;
	w->bytes += line.n;
}

/* Lines as far as they are there; the first may be waited for. They count when
 * the caller gets them. */
static void
fill(struct crm_ahead_feed *a, struct window *w, bool wait)
{
	struct crm_input *in = &a->feed->in;
	struct crm_str line;
	clear(w);
	in->source = a->source;
	in->line = a->number;
	while (!a->end && w->n < WINDOW && w->bytes < WINDOW_BYTES) {
		if ((w->n || !wait) && crm_input_waits(in, 0))
			break;
		a->end = !crm_input_next(in, &line);
		if (!a->end)
			add_line(a, w, line);
	}
	a->source = in->source;
	a->number = in->line;
	a->feed->cli->count.read -= w->n;
	a->work = w;
	crm_crew_begin(a->crew, 0);
	if (w->n >= FEW)
		crm_crew_ready(a->crew, w->n);
	for (size_t i = 0; w->n < FEW && i < w->n; i++)
		read_one(a, 0, i);
}

/* The window behind the one in use; false at the end. */
static bool
turn(struct crm_ahead_feed *a)
{
	struct window *w = &a->window[a->use], *other = &a->window[!a->use];
	crm_crew_finish(a->crew);
	if (other->n == 0 && !a->end) {
		fill(a, other, true);
		crm_crew_finish(a->crew);
	}
	if (other->n == 0)
		return false;
	fill(a, w, false);
	a->use = !a->use;
	a->at = 0;
	return true;
}

struct crm_feed_line *
crm_ahead_feed_next(struct crm_ahead_feed *a)
{
	struct window *w = &a->window[a->use];
	for (;; a->at++) {
		while (a->at == w->n) {
			if (!turn(a))
				return NULL;
			w = &a->window[a->use];
		}
		a->feed->cli->count.read++;
		if (!w->slot[a->at].line.out)
			break;
	}
	struct slot *s = &w->slot[a->at++];
	struct crm_input *in = &a->feed->in;
	in->source = s->source;
	in->line = s->number;
	in->text = s->text;
	return &s->line;
}

void
crm_ahead_feed_free(struct crm_ahead_feed *a)
{
	if (!a)
		return;
	crm_crew_finish(a->crew);
	crm_crew_free(a->crew);
	for (size_t i = 0; i < CRM_CREW_MAX; i++) {
		crm_reader_release(&a->lane[i].reader);
		crm_shapes_release(&a->lane[i].shapes);
	}
	for (size_t k = 0; k < 2; k++) {
		clear(&a->window[k]);
		for (size_t i = 0; i < WINDOW; i++)
			crm_record_release(&a->window[k].slot[i].line.rec);
		crm_arena_release(&a->window[k].mem);
	}
	free(a);
}
