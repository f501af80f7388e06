/* Reading ahead: while a batch is stored, the lines of the next one are read
 * and their records and keys made by a crew of threads. Each thread has its
 * own reader; the records are settled and stored by the master alone, in the
 * order of the input, so the store and all output are those of one thread.
 * What a batch needs lies in arenas of two sides: one is being stored, one
 * being read. */
#include "cli/sink_impl.h"

#include "base/crew.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

/* The scratch of one thread. */
struct lane {
	struct crm_reader reader;
	struct crm_shapes shapes;
	struct crm_fieldmap map;
	struct crm_record rec;
	struct crm_err err;
	struct crm_keymaker *keys;
	const struct crm_shape *shape;	/* the last one asked about … */
	const struct crm_type *type;
	bool complete;			/* … and the answer */
	struct crm_arena mem[2];
};

struct line {
	char *p;	/* in mem */
	size_t n;
	struct crm_str source;
	uint64_t number;
};

struct crm_ahead {
	struct crm_sink *s;
	struct crm_crew *crew;
	struct lane lane[CRM_CREW_MAX];
	struct crm_item *items;
	struct line *lines;
	size_t from, n;		/* from: the first that lies in lines */
	size_t cap, max;		/* max: of the batch that is being read */
	uint64_t bytes;
	unsigned side;			/* of what is being read */
	struct crm_arena mem[2];
};

/* Will the record be stored as it is? */
static bool
is_sound(struct lane *l, const struct crm_record *r)
{
	if (r->nulls)
		return false;
	if (l->shape != r->rec.shape || l->type != r->rec.type) {
		l->shape = r->rec.shape;
		l->type = r->rec.type;
		l->complete = crm_sink_is_complete(&r->rec) &&
		    crm_record_check(&l->reader, r, NULL) == CRM_OK;
	}
	return l->complete && !crm_sink_names(&l->map, &r->rec);
}

/* A line that was read is not needed any more, unless rejects are kept: what
 * came of it mostly fits into its place. */
static struct crm_str
keep_line(struct crm_ahead *a, struct crm_arena *mem, struct line *l,
    struct crm_str made)
{
	if (made.n > l->n || a->s->cli->reject)
		return crm_arena_str(mem, made);
	memcpy(l->p, made.p, made.n);
	return (struct crm_str){ l->p, made.n };
}

static void
keep_record(struct crm_ahead *a, struct lane *l, size_t i)
{
	struct crm_arena *mem = &l->mem[a->side];
	struct crm_item *it = &a->items[i];
	it->sound = is_sound(l, &l->rec);
	if (it->sound)
		crm_keymaker_make(l->keys, &l->rec.rec, mem, &it->made);
	crm_sink_item_set(it, &l->rec, keep_line(a, mem, &a->lines[i],
	    l->rec.rec.line), mem);
}

static void
read_one(void *ctx, unsigned thread, size_t i)
{
	struct crm_ahead *a = ctx;
	struct lane *l = &a->lane[thread];
	struct crm_item *it = &a->items[i];
	struct crm_str text = { a->lines[i].p, a->lines[i].n };
	struct crm_arena *mem = &l->mem[a->side];
	crm_sink_item_clear(it);
	if (crm_sink_is_ref(a->s, text))
		return;
	if (crm_input_sound(text, &l->err) ||
	    crm_record_read(&l->reader, text, &l->rec, &l->err)) {
		crm_sink_item_bad(it, text, &l->err, mem);
		l->err = (struct crm_err){ 0 };
	} else {
		keep_record(a, l, i);
	}
}

static struct crm_ahead *
ahead_new(struct crm_sink *s, size_t max)
{
	unsigned threads = crm_crew_size(s->cli->jobs);
	struct crm_ahead *a = crm_zalloc(sizeof(*a));
	*a = (struct crm_ahead){ .s = s, .n = s->n, .from = s->n };
	a->cap = s->spec.batch ? (size_t)s->spec.batch : CRM_BATCH;
	a->max = max;
	a->lines = crm_calloc(a->cap, sizeof(*a->lines));
	for (unsigned i = 0; i < threads; i++) {
		struct lane *l = &a->lane[i];
		l->reader = (struct crm_reader){ .schema = s->reader.schema,
			.type = s->reader.type, .shapes = &l->shapes,
			.check = s->reader.check, .any = s->reader.any,
			.lim = s->reader.lim };
		l->keys = crm_keymaker_new(s->ses.store);
	}
	a->items = crm_calloc(a->cap, sizeof(*a->items));
	memcpy(a->items, s->items, s->n * sizeof(*a->items));
	free(s->items);
	s->items = crm_calloc(a->cap, sizeof(*s->items));
	s->cap = a->cap;
	s->n = 0;
	a->crew = crm_crew_new(threads, 64, read_one, a);
	crm_crew_begin(a->crew, a->from);
	return a;
}

void
crm_sink_ahead_free(struct crm_ahead *a)
{
	if (!a)
		return;
	crm_crew_free(a->crew);
	for (size_t i = 0; i < CRM_CREW_MAX; i++) {
		struct lane *l = &a->lane[i];
		crm_reader_release(&l->reader);
		crm_shapes_release(&l->shapes);
		crm_fieldmap_release(&l->map);
		crm_record_release(&l->rec);
		crm_keymaker_free(l->keys);
		crm_arena_release(&l->mem[0]);
		crm_arena_release(&l->mem[1]);
	}
	free(a->items);
	free(a->lines);
	crm_arena_release(&a->mem[0]);
	crm_arena_release(&a->mem[1]);
	free(a);
}

/* Lines until the batch is full; false at the end of the input. *waits: the
 * next one does not come soon. */
static bool
read_lines(struct crm_ahead *a, struct crm_input *in, bool *waits)
{
	enum { SOME = 256 };
	struct crm_str line;
	bool more = true;
	*waits = false;
	while (a->n < a->max && a->bytes < CRM_BATCH_BYTES && !*waits) {
		more = crm_input_next(in, &line);
		if (!more)
			break;
		char *p = crm_arena_alloc(&a->mem[a->side], line.n);
		memcpy(p, line.p, line.n);
		a->lines[a->n++] = (struct line){ p, line.n,
			crm_str_z(in->source), in->line };
		a->bytes += line.n;
		if (a->n % SOME == 0)
			crm_crew_ready(a->crew, a->n);
		*waits = crm_input_waits(in, CRM_IDLE_MS);
	}
	crm_crew_ready(a->crew, a->n);
	return more;
}

/* Batches that became smaller leave their memory to the transaction. */
static void
empty(const struct crm_ahead *a, struct crm_arena *mem)
{
	if (a->max < a->cap)
		crm_arena_release(mem);
	else
		crm_arena_rewind(mem);
}

/* What was read ahead becomes the batch to be stored, whose memory is that of
 * the next one. */
static void
take(struct crm_ahead *a, struct crm_sink *s)
{
	struct crm_item *items = s->items;
	s->items = a->items;
	for (size_t i = a->from; i < a->n; i++) {
		const struct line *l = &a->lines[i];
		crm_sink_settle(s, &a->items[i], i ? &a->items[i - 1] : NULL,
		    (struct crm_str){ l->p, l->n }, l->source, l->number);
	}
	s->n = a->n;
	a->items = items;
	a->n = a->from = 0;
	a->bytes = 0;
	size_t max = a->max;
	a->side ^= 1;
	a->max = crm_sink_most(s, true);
	empty(a, &a->mem[a->side]);
	for (size_t i = 0; i < CRM_CREW_MAX; i++)
		empty(a, &a->lane[i].mem[a->side]);
#if defined(__GLIBC__)
	if (a->max < max)
		malloc_trim(0);
#endif
	crm_crew_begin(a->crew, 0);
}

void
crm_sink_read_ahead(struct crm_sink *s, struct crm_input *in, size_t max)
{
	struct crm_ahead *a = s->ahead = ahead_new(s, max);
	bool waits, more = true;
	in->ahead = true;
	while (more && !s->stop) {
		more = read_lines(a, in, &waits);
		if (s->n && a->n)
			crm_sink_flush(s, false);
		crm_crew_finish(a->crew);
		if (!s->stop && a->n)
			take(a, s);
		if (waits)
			crm_sink_flush(s, false);
	}
	in->ahead = false;
}
