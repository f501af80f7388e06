#include "cli/feed.h"

#include "base/crew.h"
#include "cli/like.h"

bool
crm_feed_open(struct crm_feed *f, struct crm_cli *cli, bool from_store,
    bool at_now, const char *const *files, size_t nfiles)
{
	*f = (struct crm_feed){ .cli = cli,
		.schema = from_store ? NULL : crm_session_schema(cli) };
	if (from_store ? !crm_session_open(&f->session, cli, false, at_now) :
	    !f->schema)
		return false;
	if (from_store) {
		f->store = f->session.store;
		f->rev = f->session.rev;
		f->schema = f->session.schema;
		f->env = f->session.env;
		f->batch = crm_batch_new();
	}
	if (!from_store)
		crm_input_init(&f->in, cli, files, nfiles);
	if (!crm_session_type(cli, f->schema, &f->type))
		return false;
	f->ctx = from_store ? crm_session_query(&f->session) :
	    (struct crm_query_ctx){ .schema = f->schema, .clock = cli->clock,
		.who = crm_session_who, .who_ctx = cli, .lines = true,
		.like = crm_cli_like() };
	f->reader = (struct crm_reader){ .schema = f->schema, .type = f->type,
		.shapes = &f->shapes, .any = true, .lim = {
		.line = cli->max_line, .members = (size_t)cli->max_members,
		.depth = (unsigned)cli->max_depth } };
	return true;
}

bool
crm_feed_where(struct crm_feed *f, const char *where)
{
	struct crm_err err = { 0 };
	struct crm_query *q = NULL;
	if (!where)
		return true;
	if (crm_query_parse_text(&f->ctx, crm_str_z(where), f->type, &q, &err)) {
		crm_cli_fail(f->cli, &err);
		return false;
	}
	f->where = crm_query_and(f->where, q);
	return true;
}

bool
crm_feed_start(struct crm_feed *f, const struct crm_type *const *types,
    size_t ntypes)
{
	struct crm_err err = { 0 };
	if (!f->store)
		return true;
	if (f->type) {
		types = &f->type;
		ntypes = 1;
	} else if (ntypes == 0 && f->where) {
		types = crm_query_types(f->where, &ntypes);
	}
	struct crm_select q = { .types = types, .ntypes = ntypes,
		.where = f->where };
	if (f->cursor)
		crm_cursor_close(f->cursor);
	f->cursor = NULL;
	f->row = 0;
	crm_batch_free(f->batch);
	f->batch = crm_batch_new();
	if (crm_store_select(f->store, f->rev, &q, &f->cursor, &err)) {
		crm_cli_fail(f->cli, &err);
		return false;
	}
	return true;
}

static bool
next_row(struct crm_feed *f, const struct crm_rec **out)
{
	struct crm_err err = { 0 };
	while (f->row >= crm_batch_len(f->batch)) {
		f->row = 0;
		enum crm_status st = crm_cursor_next(f->cursor, f->batch, &err);
		if (st == CRM_NOTFOUND)
			return false;
		if (st) {
			crm_cli_fail(f->cli, &err);
			return false;
		}
	}
	*out = crm_batch_row(f->batch, f->row++);
	crm_cli_progress(f->cli, ++f->cli->count.read, 0);
	return true;
}

/* More than this, and threads are worth their start. */
enum { MANY = 1024 };

enum crm_status
crm_feed_make(struct crm_reader *rd, struct crm_query *q, struct crm_str line,
    struct crm_record *rec, bool *out, struct crm_err *err)
{
	bool settled = true;
	*out = false;
	enum crm_status st = q ? crm_record_peek(rd, line, rec, &settled, err) :
	    crm_record_read(rd, line, rec, err);
	/* What is read lies in the line: looked for where there is a fault. */
	if (st && crm_input_sound(line, err) == CRM_OK)
		return st;
	*out = !st && q && !crm_query_match(q, &rec->rec, NULL);
	return st || *out || settled ? st : crm_record_settle(rd, rec, err);
}

/* Reads a line that passes; *st tells what it was. False at the end. */
static bool
next_line(struct crm_feed *f, enum crm_status *st, struct crm_err *err)
{
	struct crm_str line;
	bool out;
	f->in.ahead = true;	/* crm_feed_make sees to it */
	do {
		if (!f->ahead && ++f->lines > MANY &&
		    crm_crew_size(f->cli->jobs) > 1)
			f->ahead = crm_ahead_feed_new(f);
		if (f->ahead) {
			struct crm_feed_line *l = crm_ahead_feed_next(f->ahead);
			if (!l)
				return false;
			f->now = &l->rec;
			*st = l->wrong ? CRM_INVALID : CRM_OK;
			if (l->wrong)
				*err = *l->wrong;
			return true;
		}
		f->now = &f->record;
		if (!crm_input_next(&f->in, &line))
			return false;
		*st = crm_feed_make(&f->reader, f->own, line, &f->record, &out,
		    err);
	} while (out);
	return true;
}

bool
crm_feed_next(struct crm_feed *f, const struct crm_rec **out)
{
	enum crm_status st;
	struct crm_err err = { 0 };
	if (f->store)
		return next_row(f, out);
	if (f->sieve && !f->own)
		f->own = f->sieve(f->sieve_ctx);
	while (next_line(f, &st, &err)) {
		crm_cli_progress(f->cli, f->cli->count.read, 0);
		if (st) {
			if (!crm_input_reject(&f->in, &err))
				return false;
			err = (struct crm_err){ 0 };
			continue;
		}
		if (f->where && !crm_query_match(f->where, &f->now->rec, NULL))
			continue;
		*out = &f->now->rec;
		return true;
	}
	return false;
}

struct crm_str
crm_feed_tool(const struct crm_feed *f)
{
	return f->store || !f->now ? (struct crm_str){ 0 } :
	    crm_buf_view(&f->now->tool);
}

bool
crm_feed_reject(struct crm_feed *f, struct crm_err *err)
{
	if (!f->store)
		return crm_input_reject(&f->in, err);
	const struct crm_rec *r = crm_batch_row(f->batch, f->row - 1);
	struct crm_str id = crm_rec_id(r);
	snprintf(err->source, sizeof(err->source), "%.*s", CRM_FMT(id));
	return crm_cli_reject(f->cli, err, r->line);
}

void
crm_feed_release(struct crm_feed *f)
{
	crm_ahead_feed_free(f->ahead);
	crm_query_free(f->where);
	crm_cursor_close(f->cursor);
	crm_batch_free(f->batch);
	crm_session_close(&f->session);
	crm_input_release(&f->in);
	crm_record_release(&f->record);
	crm_reader_release(&f->reader);
	crm_shapes_release(&f->shapes);
}
