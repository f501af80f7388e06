/* Reading into batches. Committing them is in sink_batch.c, what happens to one
 * record in sink_apply.c. */
#include "cli/sink_impl.h"

#include "base/crew.h"
#include "base/time.h"
#include "cli/mirror.h"
#include "cli/out.h"

/* More than this in one go, and threads are worth their start. */
enum { MANY = 1024 };

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
	struct crm_err err = { 0 };
	if (crm_suppress_load(&s->suppress, s->ses.store, &err)) {
		crm_cli_fail(cli, &err);
		return false;
	}
	crm_hooks_find(&s->hooks, cli, s->ses.store);
	s->rows = crm_batch_new();
	s->actor = crm_str_z(crm_cli_actor(cli));
	return true;
}

void
crm_sink_item_clear(struct crm_item *it)
{
	*it = (struct crm_item){ 0 };
}

/* The line's own source: what crm-import said. */
static void
origin(struct crm_item *it, struct crm_str tool, struct crm_arena *mem)
{
	struct crm_err src = { 0 };
	crm_src_of(tool, &src);
	it->line = src.line;
	if (src.source[0])
		it->source = crm_arena_str(mem, crm_str_z(src.source));
}

void
crm_sink_item_set(struct crm_item *it, const struct crm_record *r,
    struct crm_str line, struct crm_arena *mem)
{
	it->rec = r->rec;
	it->nulls = r->nulls;
	it->rec.line = line;
	it->rec.off = (const uint8_t *)crm_arena_str(mem,
	    crm_buf_view(&r->offs)).p;
	if (r->tool.n) {
		it->tool = crm_arena_str(mem, crm_buf_view(&r->tool));
		origin(it, it->tool, mem);
	}
}

void
crm_sink_item_bad(struct crm_item *it, struct crm_str line,
    const struct crm_err *err, struct crm_arena *mem)
{
	it->wrong = crm_arena_alloc(mem, sizeof(*err));
	*it->wrong = *err;
	origin(it, line, mem);
}

/* The next free item. */
static struct crm_item *
next_item(struct crm_sink *s)
{
	crm_grow(&s->items, &s->cap, s->n + 1, sizeof(*s->items));
	crm_sink_item_clear(&s->items[s->n]);
	return &s->items[s->n];
}

bool
crm_sink_is_ref(const struct crm_sink *s, struct crm_str line)
{
	if (!s->spec.refs)
		return false;
	struct crm_str t = crm_str_trim(line);
	return t.n && t.p[0] != '{';
}

/* The line's own source where it has one, else where it was read. */
void
crm_sink_settle(struct crm_sink *s, struct crm_item *it,
    const struct crm_item *before, struct crm_str line, struct crm_str source,
    uint64_t number)
{
	if (!it->line)
		it->line = number;
	if (!it->source.n)
		it->source = source;
	it->source = before && crm_str_eq(before->source, it->source) ?
	    before->source : crm_arena_str(&s->names, it->source);
	if (crm_sink_is_ref(s, line))
		it->ref = crm_arena_str(&s->mem, crm_str_trim(line));
	if (s->cli->reject)
		it->text = crm_arena_str(&s->mem, line);
}

/* Takes a line into the batch; one that cannot be read, too, so that messages
 * keep the order of the input without a commit for each. */
static void
gather(struct crm_sink *s, struct crm_str line, struct crm_str source,
    uint64_t number)
{
	struct crm_item *it = next_item(s);
	struct crm_err err = { 0 };
	enum crm_status st = crm_sink_is_ref(s, line) ? CRM_NOTFOUND :
	    crm_record_read(&s->reader, line, &s->work, &err);
	if (st == CRM_OK) {
		crm_sink_item_set(it, &s->work, crm_arena_str(&s->mem,
		    s->work.rec.line), &s->mem);
	} else if (st != CRM_NOTFOUND) {
		crm_sink_item_bad(it, line, &err, &s->mem);
		s->bytes += sizeof(err);
	}
	crm_sink_settle(s, it, s->n ? it - 1 : NULL, line, source, number);
	s->n++;
	s->bytes += line.n;
}

/* What waited for its target, again and again while that gets on; at last it is
 * rejected. `one`: inside of the open transaction. */
static enum crm_status
late_rounds(struct crm_sink *s, bool one, struct crm_err *err)
{
	struct crm_str line, source, text;
	uint64_t number, had = 0;
	enum crm_status st = CRM_OK;
	while (!st && s->late.pieces && !s->stop && !s->late_off) {
		struct crm_spool round = s->late;
		s->late_off = round.pieces == had;
		had = round.pieces;
		s->late = (struct crm_spool){ 0 };
		st = crm_spool_rewind(&round, err);
		while (!st && !s->stop && !(st = crm_sink_late_next(&round,
		    &line, &source, &number, &text, err))) {
			gather(s, line, source, number);
			s->items[s->n - 1].text = crm_arena_str(&s->mem, text);
			if (!one && s->n >= CRM_BATCH)
				crm_sink_flush(s, false);
		}
		if (st == CRM_NOTFOUND)
			st = one ? crm_sink_apply_items(s, 0, s->n, err) :
			    CRM_OK;
		if (!one)
			crm_sink_flush(s, s->late.pieces == 0);
		else
			crm_sink_forget(s);
		crm_spool_release(&round);
	}
	return st;
}

static void
read_batches(struct crm_sink *s, struct crm_input *in)
{
	size_t max = crm_sink_most(s, false);
	struct crm_str line;
	bool counted = s->cli->max_rejects != INT64_MAX;
	bool ahead = s->spec.ahead && !counted && max >= 2 * MANY &&
	    crm_crew_size(s->cli->jobs) > 1;
	while (!s->stop && crm_input_next(in, &line)) {
		gather(s, line, crm_str_z(in->source), in->line);
		if (s->n >= max || s->bytes >= CRM_BATCH_BYTES ||
		    (counted && s->items[s->n - 1].wrong) ||
		    crm_input_waits(in, CRM_IDLE_MS)) {
			crm_sink_flush(s, false);
			max = crm_sink_most(s, false);
		} else if (ahead && s->n == MANY) {
			crm_sink_read_ahead(s, in, max);
		}
	}
	struct crm_err err = { 0 };
	crm_sink_flush(s, s->late.pieces == 0);
	if (late_rounds(s, false, &err) || crm_sink_names_fill(s, false, &err))
		crm_sink_fail(s, &err);
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
		crm_sink_names_want(s, s->work.rec.line,
		    crm_buf_view(&s->work.tool));
		bytes += line.n;
		if (bytes > UINT64_C(2) << 30) {
			crm_err_set(&err, CRM_INVALID, "sink.atomic",
			    _("more than 2 GiB in one transaction; store it in"
			    " batches and take it back with crm-history undo"));
			err.code = CRM_SYSTEM;
			crm_sink_fail(s, &err);
			return false;
		}
		if (spool_line(s, in, &err)) {
			crm_sink_fail(s, &err);
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
		if (s->n >= CRM_BATCH) {
			st = crm_sink_apply_items(s, 0, s->n, err);
			crm_sink_forget(s);
		}
	}
	if (st == CRM_NOTFOUND)
		st = crm_sink_apply_items(s, 0, s->n, err);
	if (!st && s->late.pieces) {
		crm_sink_forget(s);
		st = late_rounds(s, true, err);
	}
	return st ? st : crm_sink_names_fill(s, true, err);
}

static void
read_one(struct crm_sink *s, struct crm_input *in)
{
	struct crm_err err = { 0 };
	if (!spool_all(s, in) && s->cli->atomic)
		return;
	if (s->broken)
		return;
	enum crm_status st = crm_sink_txn(s, crm_str_z(in->source), true, &err);
	if (!st)
		st = apply_spool(s, &err);
	crm_sink_end_one(s, st, &err);
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

/* Applies what was gathered without reading. */
static void
run_gathered(struct crm_sink *s, bool last)
{
	struct crm_err err = { 0 };
	s->late_off = true;	/* nothing comes after them */
	if (!s->one) {
		crm_sink_flush(s, last);
		return;
	}
	enum crm_status st = crm_sink_txn(s, (struct crm_str){ NULL, 0 }, true, &err);
	if (!st)
		st = crm_sink_apply_items(s, 0, s->n, &err);
	crm_sink_end_one(s, st, &err);
}

void
crm_sink_blank(struct crm_sink *s, size_t n, bool last)
{
	for (size_t i = 0; i < n; i++) {
		next_item(s);
		s->n++;
		s->cli->count.read++;
	}
	if (n)
		run_gathered(s, last);
}

void
crm_sink_operands(struct crm_sink *s, const char *const *refs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		next_item(s)->ref = crm_str_z(refs[i]);
		s->n++;
		s->cli->count.read++;
	}
	if (n)
		run_gathered(s, true);
	else
		crm_sink_blank(s, 1, true);
}

void
crm_sink_named(struct crm_sink *s)
{
	const struct crm_cli *cli = s->cli;
	if (cli->nargs == 0 ||
	    (cli->nargs == 1 && strcmp(cli->args[0], "-") == 0))
		crm_sink_files(s, NULL, 0);
	else
		crm_sink_operands(s, cli->args, cli->nargs);
}

/* The text index follows when all is acknowledged. Queries look at what it
 * does not know yet themselves, so a failure here costs only their time. */
static void
index_words(struct crm_sink *s)
{
	if (!s->ses.store || s->broken || s->cli->dry)
		return;
	if (s->out)
		crm_out_flush(s->out);
	enum crm_status st = crm_store_index(s->ses.store, false, NULL);
	(void)st;
}

void
crm_sink_end(struct crm_sink *s)
{
	crm_sink_open_refs(s);
	crm_sink_names_end(s);
	index_words(s);
	if (s->returned && s->cli->allow_suppressed)
		crm_cli_warn(s->cli, "suppressed", _("%" PRIu64 " records of "
		    "people who were erased are stored again "
		    "(--allow-suppressed)"), s->returned);
	crm_suppress_release(&s->suppress);
	free(s->items);
	crm_sink_ahead_free(s->ahead);
	free(s->bad);
	free(s->bad_text);
	crm_arena_release(&s->mem);
	crm_arena_release(&s->names);
	crm_spool_release(&s->echo);
	crm_spool_release(&s->spool);
	crm_spool_release(&s->late);
	crm_hooks_release(&s->hooks);
	crm_batch_free(s->rows);
	crm_record_release(&s->work);
	crm_keyset_release(&s->keys);
	crm_fieldmap_release(&s->map);
	crm_map_release(&s->refs);
	crm_map_release(&s->watch);
	crm_buf_release(&s->tmp);
	crm_buf_release(&s->made);
	crm_buf_release(&s->stamp);
	crm_reader_release(&s->reader);
	crm_shapes_release(&s->shapes);
	bool follow = s->txn && s->ses.store &&
	    crm_mirror_follows(s->ses.store);
	crm_session_close(&s->ses);
	if (follow)
		crm_mirror_follow(s->cli);
}
