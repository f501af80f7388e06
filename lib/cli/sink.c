/* Batches: reading, committing, echoing. What happens to one record is in
 * sink_apply.c. */
#include "cli/sink_impl.h"

#include "base/time.h"
#include "cli/out.h"

enum { BATCH = 50000, BATCH_BYTES = 32 << 20, IDLE_MS = 100 };

bool
crm_sink_begin(struct crm_sink *s, struct crm_cli *cli,
    const struct crm_sink_spec *spec)
{
	*s = (struct crm_sink){ .cli = cli, .spec = *spec };
	s->one = cli->atomic || cli->expect >= 0;
	if (cli->all) {
		crm_cli_usage(cli, _("-a is for filters; a sink is fed by lines"
		    " or references"));
		return false;
	}
	if (!crm_session_open(&s->ses, cli, true, true) ||
	    !crm_session_type(cli, s->ses.schema, &s->type))
		return false;
	s->out = crm_out_init(cli, NULL);
	if (!s->out)
		return false;
	s->reader = (struct crm_reader){ .schema = s->ses.schema,
		.type = s->type, .shapes = &s->shapes, .check = true,
		.any = spec->loose, .lim = { .line = cli->max_line,
		.members = (size_t)cli->max_members,
		.depth = (unsigned)cli->max_depth } };
	s->rows = crm_batch_new();
	s->actor = crm_str_z(crm_cli_actor(cli));
	return true;
}

/* The next free item; its buffers serve again. */
static struct crm_item *
next_item(struct crm_sink *s)
{
	if (s->n == s->cap) {
		size_t had = s->cap;
		crm_grow(&s->items, &s->cap, s->n + 1, sizeof(*s->items));
		memset(s->items + had, 0, (s->cap - had) * sizeof(*s->items));
	}
	struct crm_item *it = &s->items[s->n];
	it->ref = it->text = it->source = (struct crm_str){ NULL, 0 };
	it->line = 0;
	it->wrong = NULL;
	it->rec.rec = (struct crm_rec){ 0 };
	return it;
}

/* The line's own source: what crm-import said, else where it was read. `wrong`
 * is a line that could not be read, else empty. */
static void
place(struct crm_sink *s, struct crm_item *it, struct crm_str source,
    uint64_t line, struct crm_str wrong)
{
	struct crm_err src = { 0 };
	if (wrong.n)
		crm_src_of(wrong, &src);
	else if (it->rec.tool.n && it->rec.rec.shape)
		crm_src_of(crm_buf_view(&it->rec.tool), &src);
	it->line = src.line ? src.line : line;
	it->source = src.source[0] ? crm_str_z(src.source) : source;
	it->source = s->n && crm_str_eq(s->items[0].source, it->source) ?
	    s->items[0].source : crm_arena_str(&s->names, it->source);
}

static enum crm_status
begin(struct crm_sink *s, struct crm_str source, bool last,
    struct crm_err *err)
{
	struct crm_cli *cli = s->cli;
	s->batch_now = cli->now_given ? cli->clock.now : crm_time_now();
	crm_buf_clear(&s->stamp);
	crm_time_format(&s->stamp, s->batch_now);
	s->now = crm_buf_view(&s->stamp);
	struct crm_why why = { .actor = s->actor,
		.program = crm_str_z(cli->prog->name),
		.reason = crm_str_z(cli->why), .source = source,
		.txn = s->txn, .last = last, .now = s->batch_now };
	crm_map_clear(&s->refs);
	return crm_txn_begin(s->ses.store, &why, &s->t, err);
}

/* Keeps a reject until after the commit: no message under the lock. */
static void
bad(struct crm_sink *s, const struct crm_item *it,
    const struct crm_err *err)
{
	if (s->nbad == s->capbad) {
		size_t cap = s->capbad;
		crm_grow(&s->bad, &cap, s->nbad + 1, sizeof(*s->bad));
		crm_grow(&s->bad_text, &s->capbad, cap, sizeof(*s->bad_text));
		s->capbad = cap;
	}
	struct crm_err *e = &s->bad[s->nbad];
	*e = *err;
	if (!e->source[0])
		snprintf(e->source, sizeof(e->source), "%.*s",
		    CRM_FMT(it->source));
	e->line = it->line;
	s->bad_text[s->nbad++] = it->text;
}

static void
report_bad(struct crm_sink *s)
{
	for (size_t i = 0; i < s->nbad && !s->stop; i++)
		if (!crm_cli_reject(s->cli, &s->bad[i], s->bad_text[i]))
			s->stop = true;
	s->nbad = 0;
}

static void
print_echo(struct crm_sink *s)
{
	struct crm_err err = { 0 };
	struct crm_str line;
	enum crm_status st = crm_spool_rewind(&s->echo, &err);
	while (!st && !(st = crm_spool_next(&s->echo, &line, &err)))
		if (!s->cli->quiet)
			crm_out_record(s->out, line);
	if (st != CRM_NOTFOUND)
		crm_cli_fail(s->cli, &err);
	crm_spool_release(&s->echo);
	s->echo = (struct crm_spool){ 0 };
}

static void
fail(struct crm_sink *s, const struct crm_err *err)
{
	crm_cli_fail(s->cli, err);
	s->stop = s->broken = true;
}

/* Applies gathered items; the transaction is open. */
static enum crm_status
apply_items(struct crm_sink *s, size_t from, size_t to, struct crm_err *err)
{
	for (size_t i = from; i < to; i++) {
		struct crm_err e = { 0 };
		if (s->items[i].wrong) {
			bad(s, &s->items[i], s->items[i].wrong);
			continue;
		}
		enum crm_status st = s->spec.apply(s->spec.ctx, s,
		    &s->items[i], &e);
		if (st && !crm_status_is_data(st)) {
			*err = e;
			return st;
		}
		if (st)
			bad(s, &s->items[i], &e);
		s->named++;
	}
	return CRM_OK;
}

static enum crm_status
finish(struct crm_sink *s, struct crm_err *err)
{
	uint64_t rev = 0;
	if (s->cli->dry) {
		crm_txn_abort(s->t);
		s->t = NULL;
		return CRM_OK;
	}
	uint64_t will = crm_txn_rev(s->t);
	enum crm_status st = crm_txn_commit(s->t, &rev, err);
	s->t = NULL;
	if (!st && !s->txn && rev == will)
		s->txn = rev;
	if (!st)
		crm_out_rev(s->out, rev);
	return st;
}

static void
forget_items(struct crm_sink *s)
{
	s->n = 0;
	s->bytes = 0;
	crm_arena_clear(&s->mem);
}

static void
drop(struct crm_sink *s)
{
	if (s->t)
		crm_txn_abort(s->t);
	s->t = NULL;
	crm_spool_release(&s->echo);
	s->echo = (struct crm_spool){ 0 };
}

/* One transaction. With `whole` a rejected item takes back what was done for
 * it. */
static void
commit_items(struct crm_sink *s, size_t from, size_t to, bool last)
{
	struct crm_err err = { 0 };
	size_t had = s->nbad;
	enum crm_status st = begin(s, s->items[from].source, last, &err);
	if (!st)
		st = apply_items(s, from, to, &err);
	if (!st && s->spec.whole && s->nbad > had) {
		drop(s);
		return;
	}
	if (!st)
		st = finish(s, &err);
	if (st) {
		drop(s);
		fail(s, &err);
	} else {
		print_echo(s);
	}
}

static void
flush(struct crm_sink *s, bool last)
{
	if (s->spec.whole) {
		for (size_t i = 0; i < s->n && !s->stop; i++)
			commit_items(s, i, i + 1, last && i + 1 == s->n);
	} else if (s->n && !s->stop) {
		commit_items(s, 0, s->n, last);
	}
	report_bad(s);
	forget_items(s);
}

/* Takes a line into the batch; one that cannot be read, too, so that messages
 * keep the order of the input without a commit for each. Lines of different
 * sources do not share a transaction: the journal names one. */
static void
gather(struct crm_sink *s, struct crm_str line, struct crm_str source,
    uint64_t number)
{
	struct crm_item *it = next_item(s);
	struct crm_str t = crm_str_trim(line);
	bool ref = s->spec.refs && t.n && t.p[0] != '{';
	struct crm_err err = { 0 };
	bool wrong = !ref &&
	    crm_record_read(&s->reader, line, &it->rec, &err) != CRM_OK;
	if (wrong)
		it->rec.rec = (struct crm_rec){ 0 };
	place(s, it, source, number, wrong ? line : CRM_STR(""));
	if (s->n && !s->one && !crm_str_eq(s->items[0].source, it->source)) {
		size_t at = s->n;
		flush(s, false);
		struct crm_item swap = s->items[at];
		s->items[at] = s->items[0];
		s->items[0] = swap;
		it = &s->items[0];
	}
	if (wrong) {
		struct crm_err *e = crm_arena_alloc(&s->mem, sizeof(*e));
		*e = err;
		it->wrong = e;
		s->bytes += sizeof(*e);
	}
	if (ref)
		it->ref = crm_arena_str(&s->mem, t);
	if (s->cli->reject)
		it->text = crm_arena_str(&s->mem, line);
	s->n++;
	s->bytes += line.n;
}

static void
read_batches(struct crm_sink *s, struct crm_input *in)
{
	int64_t max = s->spec.batch ? s->spec.batch : BATCH;
	struct crm_str line;
	bool counted = s->cli->max_rejects != INT64_MAX;
	while (!s->stop && crm_input_next(in, &line)) {
		gather(s, line, crm_str_z(in->source), in->line);
		if ((int64_t)s->n >= max || s->bytes >= BATCH_BYTES ||
		    (counted && s->items[s->n - 1].wrong) ||
		    crm_input_waits(in, IDLE_MS))
			flush(s, false);
	}
	flush(s, true);
}

/* -- all in one transaction ------------------------------------------------ */

/* Keeps what was read until all of it is there and sound. */
static enum crm_status
spool_line(struct crm_sink *s, struct crm_input *in, struct crm_err *err)
{
	uint64_t number = in->line;
	uint16_t n = (uint16_t)strnlen(in->source, 4096);
	crm_buf_clear(&s->tmp);
	crm_buf_add(&s->tmp, &number, sizeof(number));
	crm_buf_add(&s->tmp, &n, sizeof(n));
	crm_buf_add(&s->tmp, in->source, n);
	crm_buf_str(&s->tmp, in->text);
	return crm_spool_add(&s->spool, crm_buf_view(&s->tmp), err);
}

static bool
spool_all(struct crm_sink *s, struct crm_input *in)
{
	struct crm_str line;
	uint64_t bytes = 0;
	while (crm_input_next(in, &line)) {
		struct crm_err err = { 0 };
		struct crm_str t = crm_str_trim(line);
		bool ref = s->spec.refs && t.n && t.p[0] != '{';
		if (!ref && crm_record_read(&s->reader, line, &s->work,
		    &err)) {
			if (!crm_input_reject(in, &err))
				return false;
			continue;
		}
		bytes += line.n;
		if (bytes > UINT64_C(2) << 30) {
			crm_err_set(&err, CRM_INVALID, "sink.atomic",
			    _("more than 2 GiB in one transaction; store it in"
			    " batches and take it back with crm-history undo"));
			err.code = CRM_SYSTEM;
			fail(s, &err);
			return false;
		}
		if (spool_line(s, in, &err)) {
			fail(s, &err);
			return false;
		}
	}
	return s->cli->count.rejected == 0 && !in->failed;
}

static enum crm_status
apply_spool(struct crm_sink *s, struct crm_err *err)
{
	struct crm_str piece;
	enum crm_status st = crm_spool_rewind(&s->spool, err);
	while (!st && !(st = crm_spool_next(&s->spool, &piece, err))) {
		uint64_t number;
		uint16_t n;
		memcpy(&number, piece.p, sizeof(number));
		memcpy(&n, piece.p + sizeof(number), sizeof(n));
		struct crm_str source = crm_str_sub(piece, 10, n);
		gather(s, crm_str_sub(piece, 10u + n, SIZE_MAX), source,
		    number);
		if (s->n >= BATCH) {
			st = apply_items(s, 0, s->n, err);
			forget_items(s);
		}
	}
	return st == CRM_NOTFOUND ? apply_items(s, 0, s->n, err) : st;
}

static bool
as_expected(struct crm_sink *s, struct crm_err *err)
{
	if (s->cli->expect < 0 || s->named == (uint64_t)s->cli->expect)
		return true;
	crm_err_set(err, CRM_INVALID, "sink.expect", _("--expect %" PRId64
	    ", but %" PRIu64 " records are named: nothing stored"),
	    s->cli->expect, s->named);
	err->code = CRM_SYSTEM;
	return false;
}

/* Ends the one transaction: stored whole, or not at all. */
static void
end_one(struct crm_sink *s, enum crm_status st, struct crm_err *err)
{
	bool whole = s->nbad == 0 || !(s->cli->atomic || s->spec.whole);
	if (!st && !as_expected(s, err))
		st = CRM_SYSTEM;
	if (!st && whole)
		st = finish(s, err);
	if (!st && whole)
		print_echo(s);
	drop(s);
	if (st)
		fail(s, err);
	s->stop = false;
	report_bad(s);
	forget_items(s);
}

static void
read_one(struct crm_sink *s, struct crm_input *in)
{
	struct crm_err err = { 0 };
	if (!spool_all(s, in) && s->cli->atomic)
		return;
	if (s->broken)
		return;
	enum crm_status st = begin(s, crm_str_z(in->source), true, &err);
	if (!st)
		st = apply_spool(s, &err);
	end_one(s, st, &err);
}

void
crm_sink_files(struct crm_sink *s, const char *const *files, size_t n)
{
	struct crm_input in;
	crm_input_init(&in, s->cli, files, n);
	if (s->one)
		read_one(s, &in);
	else
		read_batches(s, &in);
	crm_input_release(&in);
}

void
crm_sink_operands(struct crm_sink *s, const char *const *refs, size_t n)
{
	struct crm_err err = { 0 };
	for (size_t i = 0; i < n || (n == 0 && i == 0); i++) {
		struct crm_item *it = next_item(s);
		it->ref = n ? crm_str_z(refs[i]) : it->ref;
		s->n++;
		s->cli->count.read++;
	}
	if (!s->one) {
		flush(s, true);
		return;
	}
	enum crm_status st = begin(s, (struct crm_str){ NULL, 0 }, true, &err);
	if (!st)
		st = apply_items(s, 0, s->n, &err);
	end_one(s, st, &err);
}

void
crm_sink_end(struct crm_sink *s)
{
	crm_sink_open_refs(s);
	for (size_t i = 0; i < s->cap; i++)
		crm_record_release(&s->items[i].rec);
	free(s->items);
	free(s->bad);
	free(s->bad_text);
	crm_arena_release(&s->mem);
	crm_arena_release(&s->names);
	crm_spool_release(&s->echo);
	crm_spool_release(&s->spool);
	crm_batch_free(s->rows);
	crm_record_release(&s->work);
	crm_keyset_release(&s->keys);
	crm_fieldmap_release(&s->map);
	crm_map_release(&s->refs);
	crm_map_release(&s->watch);
	crm_buf_release(&s->tmp);
	crm_buf_release(&s->stamp);
	crm_reader_release(&s->reader);
	crm_shapes_release(&s->shapes);
	crm_session_close(&s->ses);
}
