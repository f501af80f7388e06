#include "cli/find.h"

#include <errno.h>
#include <unistd.h>

#include "base/mem.h"

static bool
report(struct crm_find *f, enum crm_status st, const struct crm_err *err)
{
	if (st)
		crm_cli_fail(f->cli, err);
	return st == CRM_OK;
}

static enum crm_status
parse_words(struct crm_find *f, struct crm_query **out, struct crm_err *err)
{
	struct crm_query *words = NULL, *where = NULL;
	enum crm_status st = crm_query_parse(&f->ctx, f->word, f->nwords,
	    f->type, &words, err);
	if (st == CRM_OK && f->o->where)
		st = crm_query_parse_text(&f->ctx, crm_str_z(f->o->where),
		    f->type, &where, err);
	if (st == CRM_OK)
		words = crm_query_and(words, where);
	*out = words;
	return st;
}

struct crm_query *
crm_find_again(void *find)
{
	struct crm_find *f = find;
	struct crm_query *q = NULL;
	if (f->nagain == CRM_LEN(f->again))
		return NULL;
	enum crm_status st = parse_words(f, &q, NULL);
	f->again[f->nagain++] = q;
	return st ? NULL : q;
}

static enum crm_status
parse(struct crm_find *f, struct crm_err *err)
{
	struct crm_store *s = f->session.store;
	enum crm_status st = s ? crm_store_enter(s, err) : CRM_OK;
	if (st)
		return st;
	crm_query_free(f->query);
	st = parse_words(f, &f->query, err);
	if (s)
		crm_store_leave(s);
	return st;
}

static bool
open_store(struct crm_find *f)
{
	if (!crm_session_open(&f->session, f->cli, false, false))
		return false;
	f->schema = f->session.schema;
	f->ctx = crm_session_query(&f->session);
	f->ctx.lines = f->lines;
	f->env = f->session.env;
	return crm_session_type(f->cli, f->schema, &f->type);
}

/* A query over lines runs without a store as long as it asks for nothing but
 * the lines: types of one's own, lists, references need one. */
static bool
open_lines(struct crm_find *f)
{
	struct crm_err err = { 0 };
	f->feed_open = true;
	if (!crm_feed_open(&f->feed, f->cli, false, false, NULL, 0))
		return false;
	f->schema = f->feed.schema;
	f->ctx = f->feed.ctx;
	f->type = f->feed.type;
	enum crm_status st = parse(f, &err);
	bool wants = st || crm_query_needs_env(f->query);
	if (wants && crm_session_named(f->cli)) {
		if (!open_store(f))
			return false;
		st = parse(f, &err);
		f->feed.schema = f->feed.reader.schema = f->schema;
	}
	if (!report(f, st, &err))
		return false;
	f->feed.reader.type = f->type ? f->type : crm_find_type(f);
	f->feed.reader.keep_tool = true;
	if (!crm_query_needs_env(f->query)) {
		f->feed.reader.peek = true;
		f->feed.sieve = crm_find_again;
		f->feed.sieve_ctx = f;
	}
	return true;
}

static bool
read_since(struct crm_find *f)
{
	const char *s = f->o->since;
	char *end = NULL;
	if (!s)
		return true;
	errno = 0;
	f->since = strtoull(s, &end, 10);
	if (s[0] >= '0' && s[0] <= '9' && !*end && !errno)
		return true;
	crm_cli_usage(f->cli, _("--since: not a revision: '%s'"), s);
	return false;
}

static bool
read_words(struct crm_find *f)
{
	f->word = crm_calloc(f->cli->nargs, sizeof(*f->word));
	for (size_t i = 0; i < f->cli->nargs; i++) {
		if (strcmp(f->cli->args[i], "-") == 0)
			f->lines = true;
		else
			f->word[f->nwords++] = crm_str_z(f->cli->args[i]);
	}
	if (f->lines && f->o->get) {
		crm_cli_usage(f->cli, _("--get reads keys from stdin: it goes "
		    "without '-'"));
		return false;
	}
	if (f->o->explain && f->o->get) {
		crm_cli_usage(f->cli, _("--explain goes with a query, not with "
		    "--get"));
		return false;
	}
	return read_since(f);
}

const struct crm_type *
crm_find_type(const struct crm_find *f)
{
	size_t n;
	const struct crm_type *const *types = crm_query_types(f->query, &n);
	return n == 1 ? types[0] : NULL;
}

/* -f against the type asked for, or against all of them. */
static enum crm_status
check_fields(struct crm_find *f, struct crm_err *err)
{
	struct crm_str rest = crm_str_z(f->cli->fields), part;
	enum crm_status st = CRM_OK;
	const struct crm_type *type = crm_find_type(f);
	while (!f->lines && rest.n && st == CRM_OK &&
	    crm_str_split(&rest, ',', &part)) {
		struct crm_path *p = NULL;
		part = crm_str_trim(part);
		if (part.n && part.p[0] != '_')
			st = crm_path_parse(&f->ctx, type, part, &p, err);
		crm_path_free(p);
	}
	return st;
}

/* The query and the fields wanted; many small questions to the store (is this
 * a field of that type?) in one section. */
static enum crm_status
understand(struct crm_find *f, struct crm_err *err)
{
	struct crm_store *s = f->session.store;
	enum crm_status st = s ? crm_store_enter(s, err) : CRM_OK;
	if (st)
		return st;
	if (!f->lines)
		st = parse(f, err);
	if (!st)
		st = check_fields(f, err);
	if (s)
		crm_store_leave(s);
	return st;
}

bool
crm_find_open(struct crm_find *f)
{
	struct crm_err err = { 0 };
	if (!read_words(f))
		return false;
	if (f->lines ? !open_lines(f) : !open_store(f))
		return false;
	if (!report(f, understand(f, &err), &err))
		return false;
	crm_show_init(&f->show, &f->ctx, f->env, f->session.store,
	    f->session.rev);
	if (f->cli->quiet || f->o->explain)
		return true;
	struct crm_out_help help = crm_show_help(&f->show);
	f->out = crm_out_init(f->cli, &help);
	if (f->out && f->session.store)
		crm_out_rev(f->out, f->session.rev);
	return f->out != NULL;
}

void
crm_find_release(struct crm_find *f)
{
	uint64_t n = f->query ? crm_query_gave_up(f->query) : 0;
	for (size_t i = 0; i < f->nagain; i++)
		if (f->again[i])
			n += crm_query_gave_up(f->again[i]);
	if (n)
		crm_cli_warn(f->cli, "query.limit", _("a regular expression "
		    "gave up on %" PRIu64 " values; they do not match"), n);
	/* A table may still hold rows back, whose short ids it asks for. */
	if (f->out)
		crm_out_finish(f->out);
	crm_show_release(&f->show);
	crm_query_free(f->query);
	for (size_t i = 0; i < f->nagain; i++)
		crm_query_free(f->again[i]);
	if (f->feed_open)
		crm_feed_release(&f->feed);
	crm_session_close(&f->session);
	free(f->word);
}
