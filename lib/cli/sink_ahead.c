/* Reading ahead: while a batch is stored, the lines of the next one are read
 * and their records and keys made by a crew of threads. Each thread has its
 * own reader; the records are settled and stored by the master alone, in the
 * order of the input, so the store and all output are those of one thread. */
#include "cli/sink_impl.h"

#include "base/crew.h"

/* The scratch of one thread. */
struct lane {
	struct crm_reader reader;
	struct crm_shapes shapes;
	struct crm_keymaker *keys;
	const struct crm_shape *shape;	/* the last one asked about … */
	const struct crm_type *type;
	bool complete;			/* … and the answer */
};

struct line {
	struct crm_str text;	/* in mem */
	const char *source;
	uint64_t number;
};

struct crm_ahead {
	struct crm_sink *s;
	struct crm_crew *crew;
	struct lane lane[CRM_CREW_MAX];
	struct crm_item *items;
	struct line *lines;
	size_t from, n, max;		/* from: the first that lies in lines */
	uint64_t bytes;
	struct crm_arena mem;
};

/* Keys are made where the record will be stored as it is. */
static bool
wants_keys(struct lane *l, const struct crm_record *r)
{
	if (r->nulls)
		return false;
	if (l->shape != r->rec.shape || l->type != r->rec.type) {
		l->shape = r->rec.shape;
		l->type = r->rec.type;
		l->complete = crm_sink_is_complete(&r->rec);
	}
	return l->complete;
}

static void
read_one(void *ctx, unsigned thread, size_t i)
{
	struct crm_ahead *a = ctx;
	struct lane *l = &a->lane[thread];
	struct crm_item *it = &a->items[i];
	struct crm_err err = { 0 };
	crm_sink_item_clear(it);
	if (crm_sink_is_ref(a->s, a->lines[i].text))
		return;
	if (crm_input_sound(a->lines[i].text, &err) ||
	    crm_record_read(&l->reader, a->lines[i].text, &it->rec, &err)) {
		struct crm_err *e = crm_alloc(sizeof(*e));
		*e = err;
		it->wrong = e;
	} else if (wants_keys(l, &it->rec)) {
		crm_keymaker_make(l->keys, &it->rec.rec, &it->made);
	}
}

static struct crm_ahead *
ahead_new(struct crm_sink *s)
{
	unsigned threads = crm_crew_size(s->cli->jobs);
	struct crm_ahead *a = crm_zalloc(sizeof(*a));
	*a = (struct crm_ahead){ .s = s, .n = s->n, .from = s->n };
	a->max = s->spec.batch ? (size_t)s->spec.batch : CRM_BATCH;
	a->lines = crm_calloc(a->max, sizeof(*a->lines));
	for (unsigned i = 0; i < threads; i++) {
		struct lane *l = &a->lane[i];
		l->reader = (struct crm_reader){ .schema = s->reader.schema,
			.type = s->reader.type, .shapes = &l->shapes,
			.check = s->reader.check, .any = s->reader.any,
			.lim = s->reader.lim };
		l->keys = crm_keymaker_new(s->ses.store);
	}
	a->items = crm_calloc(a->max, sizeof(*a->items));
	memcpy(a->items, s->items, s->n * sizeof(*a->items));
	for (size_t i = s->n; i < s->cap; i++)
		crm_sink_item_release(&s->items[i]);
	free(s->items);
	s->items = crm_calloc(a->max, sizeof(*s->items));
	s->cap = a->max;
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
		crm_reader_release(&a->lane[i].reader);
		crm_shapes_release(&a->lane[i].shapes);
		crm_keymaker_free(a->lane[i].keys);
	}
	for (size_t i = a->from; i < a->n; i++)
		free(a->items[i].wrong);
	for (size_t i = 0; i < a->max; i++)
		crm_sink_item_release(&a->items[i]);
	free(a->items);
	free(a->lines);
	crm_arena_release(&a->mem);
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
		a->lines[a->n++] = (struct line){
			crm_arena_str(&a->mem, line), in->source, in->line };
		a->bytes += line.n;
		if (a->n % SOME == 0)
			crm_crew_ready(a->crew, a->n);
		*waits = crm_input_waits(in, CRM_IDLE_MS);
	}
	crm_crew_ready(a->crew, a->n);
	return more;
}

/* What was read ahead becomes the batch to be stored. */
static void
take(struct crm_ahead *a, struct crm_sink *s)
{
	struct crm_item *items = s->items;
	s->items = a->items;
	for (size_t i = a->from; i < a->n; i++) {
		struct crm_item *it = &a->items[i];
		const struct line *l = &a->lines[i];
		if (it->wrong) {
			struct crm_err *e = crm_arena_alloc(&s->mem,
			    sizeof(*e));
			*e = *it->wrong;
			free(it->wrong);
			it->wrong = e;
		}
		crm_sink_settle(s, it, i ? it - 1 : NULL, l->text,
		    crm_str_z(l->source), l->number);
	}
	s->n = a->n;
	a->items = items;
	a->n = a->from = 0;
	a->bytes = 0;
	crm_arena_clear(&a->mem);
	crm_crew_begin(a->crew, 0);
}

void
crm_sink_read_ahead(struct crm_sink *s, struct crm_input *in)
{
	struct crm_ahead *a = s->ahead = ahead_new(s);
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
