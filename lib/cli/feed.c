#include "cli/feed.h"

static bool
open_store(struct crm_feed *f)
{
	struct crm_cli *cli = f->cli;
	struct crm_err err = { 0 };
	struct crm_buf zone = { 0 };
	struct crm_store_opts o = { .wait_ms = cli->wait * 1000 };
	enum crm_status st = crm_store_open(crm_cli_store_path(cli), &o,
	    &f->store, &err);
	if (!st) {
		st = crm_store_named(f->store, CRM_STR("setting.timezone"),
		    &zone, &err);
		if (!st || st == CRM_NOTFOUND)
			st = crm_cli_zone(cli, crm_buf_view(&zone), &err);
	}
	if (!st) {
		struct crm_at at = { CRM_AT_NOW, 0 };
		if (cli->as_of != INT64_MAX && !f->at_now)
			at = (struct crm_at){ CRM_AT_TIME, cli->as_of };
		st = crm_store_at(f->store, at, &f->rev, &err);
	}
	crm_buf_release(&zone);
	if (st) {
		crm_cli_fail(cli, &err);
		return false;
	}
	f->schema = crm_store_schema(f->store);
	f->env = crm_store_env_new(f->store, f->rev);
	f->batch = crm_batch_new();
	return true;
}

static bool
known_in_store(void *ctx, const struct crm_type *t, struct crm_str name)
{
	return crm_store_known(ctx, t, name);
}

bool
crm_feed_open(struct crm_feed *f, struct crm_cli *cli, bool from_store,
    bool at_now, const char *const *files, size_t nfiles)
{
	*f = (struct crm_feed){ .cli = cli, .at_now = at_now,
		.schema = crm_schema_default() };
	if (from_store && !open_store(f))
		return false;
	if (!from_store)
		crm_input_init(&f->in, cli, files, nfiles);
	if (cli->type) {
		struct crm_str name = crm_str_z(cli->type);
		f->type = crm_schema_type(f->schema, name);
		if (!f->type) {
			struct crm_str near = crm_schema_nearest_type(f->schema,
			    name);
			crm_cli_usage(cli, near.n ? _("unknown type '%s', did "
			    "you mean '%.*s'?") : _("unknown type '%s'"),
			    cli->type, CRM_FMT(near));
			return false;
		}
	}
	f->ctx = (struct crm_query_ctx){ .schema = f->schema,
		.clock = cli->clock, .actor = crm_str_z(crm_cli_actor(cli)),
		.lines = !from_store, .env = f->env };
	if (from_store) {
		f->ctx.known = known_in_store;
		f->ctx.known_ctx = f->store;
	}
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

bool
crm_feed_next(struct crm_feed *f, const struct crm_rec **out)
{
	struct crm_str line;
	if (f->store)
		return next_row(f, out);
	while (crm_input_next(&f->in, &line)) {
		struct crm_err err = { 0 };
		crm_cli_progress(f->cli, f->cli->count.read, 0);
		if (crm_record_read(&f->reader, line, &f->record, &err)) {
			if (!crm_input_reject(&f->in, &err))
				return false;
			continue;
		}
		if (f->where &&
		    !crm_query_match(f->where, &f->record.rec, NULL))
			continue;
		*out = &f->record.rec;
		return true;
	}
	return false;
}

struct crm_str
crm_feed_tool(const struct crm_feed *f)
{
	return f->store ? (struct crm_str){ 0 } :
	    crm_buf_view(&f->record.tool);
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
	crm_query_free(f->where);
	crm_cursor_close(f->cursor);
	crm_batch_free(f->batch);
	crm_store_env_free(f->env);
	crm_store_close(f->store);
	crm_input_release(&f->in);
	crm_record_release(&f->record);
	crm_reader_release(&f->reader);
	crm_shapes_release(&f->shapes);
}
