/* crm-find over the store and over lines: in their own order as they come,
 * else by keys that are kept while the records are not. */
#include "base/mem.h"
#include "base/spool.h"
#include "cli/find.h"
#include "cli/sorter.h"

enum { FETCH = 512 };	/* records fetched at a time after sorting */

static bool
is_sorted(const struct crm_find *f)
{
	return f->o->sort || crm_query_has_text(f->query);
}

static uint64_t
limit(const struct crm_find *f)
{
	return f->cli->quiet ? 1 :
	    f->cli->limit == INT64_MAX ? 0 : (uint64_t)f->cli->limit;
}

/* What --count and -q answer. */
static void
answer(struct crm_find *f, uint64_t n)
{
	char text[32];
	f->cli->count.written = n;
	if (n == 0 && f->cli->quiet)
		crm_cli_no(f->cli);
	if (f->cli->quiet)
		return;
	snprintf(text, sizeof(text), "%" PRIu64 "\n", n);
	crm_out_text(f->out, crm_str_z(text));
}

static bool
failed(struct crm_find *f, enum crm_status st, const struct crm_err *err)
{
	if (st)
		crm_cli_fail(f->cli, err);
	return st != CRM_OK;
}

/* -- the store ------------------------------------------------------------- */

static struct crm_cursor *
select_rows(struct crm_find *f, uint64_t most)
{
	struct crm_err err = { 0 };
	struct crm_cursor *c = NULL;
	struct crm_select s = { .where = f->query, .since = f->since,
		.limit = most, .again_ctx = f,
		.count = f->cli->quiet || f->o->count,
		.jobs = f->cli->jobs };
	if (!crm_query_needs_env(f->query))
		s.again = crm_find_again;
	s.types = crm_query_types(f->query, &s.ntypes);
	return failed(f, crm_store_select(f->session.store, f->session.rev,
	    &s, &c, &err), &err) ? NULL : c;
}

/* Calls fn for each row; fn false stops. */
static void
each_row(struct crm_find *f, struct crm_cursor *c,
    bool (*fn)(struct crm_find *f, void *arg, const struct crm_rec *r),
    void *arg)
{
	struct crm_err err = { 0 };
	struct crm_batch *b = crm_batch_new();
	enum crm_status st;
	bool more = true;
	while (more && (st = crm_cursor_next(c, b, &err)) != CRM_NOTFOUND) {
		if (failed(f, st, &err))
			break;
		size_t n = crm_batch_len(b);
		for (size_t i = 0; i < n && more; i++) {
			crm_cli_progress(f->cli, ++f->cli->count.read, 0);
			more = fn(f, arg, crm_batch_row(b, i));
		}
	}
	crm_batch_free(b);
}

static bool
print_row(struct crm_find *f, void *arg, const struct crm_rec *r)
{
	(void)arg;
	return crm_out_rec(f->out, r) && crm_out_more(f->out);
}

static bool
sort_row(struct crm_find *f, void *arg, const struct crm_rec *r)
{
	crm_sorter_add(arg, r, f->env, f->o->sort ? 0 :
	    crm_query_rank(f->query, r), r->no);
	return true;
}

static void
fetch(struct crm_find *f, const struct crm_sorter *s)
{
	struct crm_err err = { 0 };
	struct crm_batch *b = crm_batch_new();
	struct crm_key *k = crm_calloc(FETCH, sizeof(*k));
	bool more = true;
	for (size_t at = 0; at < s->nrows && more; at += FETCH) {
		size_t n = s->nrows - at < FETCH ? s->nrows - at : FETCH;
		for (size_t i = 0; i < n; i++)
			k[i] = (struct crm_key){ .by = CRM_BY_NO,
				.no = s->row[at + i].no };
		if (failed(f, crm_store_get(f->session.store, f->session.rev,
		    k, n, b, NULL, &err), &err))
			break;
		for (size_t i = 0; i < n && more; i++)
			more = print_row(f, NULL, crm_batch_row(b, i));
	}
	free(k);
	crm_batch_free(b);
}

static void
sorted_store(struct crm_find *f)
{
	struct crm_err err = { 0 };
	struct crm_sorter s = { 0 };
	if (!failed(f, crm_sorter_init(&s, &f->ctx, crm_find_type(f),
	    f->o->sort, limit(f), &err), &err)) {
		struct crm_cursor *c = select_rows(f, 0);
		if (c) {
			each_row(f, c, sort_row, &s);
			crm_cursor_close(c);
			crm_sorter_sort(&s);
			fetch(f, &s);
		}
	}
	crm_sorter_release(&s);
}

static void
counted_store(struct crm_find *f)
{
	struct crm_err err = { 0 };
	uint64_t n = 0;
	struct crm_cursor *c = select_rows(f, limit(f));
	if (!c)
		return;
	if (!failed(f, crm_cursor_count(c, &n, &err), &err))
		answer(f, n);
	crm_cursor_close(c);
}

static void
explain(struct crm_find *f)
{
	struct crm_err err = { 0 };
	struct crm_buf plan = { 0 };
	uint64_t n = 0;
	struct crm_cursor *c = select_rows(f, limit(f));
	if (!c)
		return;
	if (!failed(f, crm_cursor_count(c, &n, &err), &err)) {
		crm_cursor_explain(c, &plan);
		f->cli->count.written = n;
		f->out = crm_out_init(f->cli, NULL);
		if (f->out)
			crm_out_text(f->out, crm_buf_view(&plan));
	}
	crm_buf_release(&plan);
	crm_cursor_close(c);
}

void
crm_find_store(struct crm_find *f)
{
	if (f->o->explain) {
		explain(f);
	} else if (f->cli->quiet || f->o->count) {
		counted_store(f);
	} else if (f->cli->limit == 0) {
		return;
	} else if (is_sorted(f)) {
		sorted_store(f);
	} else {
		struct crm_cursor *c = select_rows(f, limit(f));
		if (c)
			each_row(f, c, print_row, NULL);
		crm_cursor_close(c);
	}
}

/* -- lines ----------------------------------------------------------------- */

static bool
next_match(struct crm_find *f, const struct crm_rec **r)
{
	while (crm_feed_next(&f->feed, r))
		if ((*r)->rev > f->since || !f->since) {
			if (f->feed.own ||
			    crm_query_match(f->query, *r, f->env))
				return true;
		}
	return false;
}

static void
counted_lines(struct crm_find *f)
{
	const struct crm_rec *r;
	uint64_t n = 0, most = limit(f);
	while ((!most || n < most) && next_match(f, &r))
		n++;
	answer(f, n);
}

/* Records wait in a spool; the sorter's numbers say where in it. */
static void
spooled(struct crm_find *f, struct crm_sorter *s, struct crm_spool *spool)
{
	struct crm_err err = { 0 };
	const struct crm_rec *r;
	struct crm_buf line = { 0 };
	struct crm_record *rec = &f->feed.record;
	enum crm_status st = CRM_OK;
	while (st == CRM_OK && next_match(f, &r)) {
		crm_sorter_add(s, r, f->env, f->o->sort ? 0 :
		    crm_query_rank(f->query, r), crm_spool_place(spool));
		crm_buf_clear(&line);
		crm_rec_print(r, &line);
		st = crm_spool_add(spool, crm_buf_view(&line), &err);
	}
	crm_sorter_sort(s);
	for (size_t i = 0; i < s->nrows && st == CRM_OK; i++) {
		st = crm_spool_get(spool, s->row[i].no, &line, &err);
		if (st == CRM_OK)
			st = crm_record_read(&f->feed.reader,
			    crm_buf_view(&line), rec, &err);
		if (st == CRM_OK && !print_row(f, NULL, &rec->rec))
			break;
	}
	failed(f, st, &err);
	crm_buf_release(&line);
}

void
crm_find_lines(struct crm_find *f)
{
	const struct crm_rec *r;
	struct crm_err err = { 0 };
	if (f->o->explain) {
		f->out = crm_out_init(f->cli, NULL);
		if (f->out)
			crm_out_text(f->out, crm_str_z(
			    _("lines of stdin, one after another\n")));
		return;
	}
	if (f->cli->quiet || f->o->count) {
		counted_lines(f);
	} else if (is_sorted(f)) {
		struct crm_sorter s = { 0 };
		struct crm_spool spool = { .dir = getenv("TMPDIR") };
		if (!failed(f, crm_sorter_init(&s, &f->ctx, crm_find_type(f),
		    f->o->sort, limit(f), &err), &err))
			spooled(f, &s, &spool);
		crm_spool_release(&spool);
		crm_sorter_release(&s);
	} else {
		bool more = crm_out_more(f->out);
		while (more && next_match(f, &r))
			more = print_row(f, NULL, r);
	}
}
