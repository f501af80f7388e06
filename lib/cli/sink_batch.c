/* Committing what was gathered: one transaction, hooks, echo. */
#include "cli/sink_impl.h"

#include "base/time.h"
#include "cli/out.h"

size_t
crm_sink_most(struct crm_sink *s, bool ahead)
{
	size_t now = s->spec.batch ? (size_t)s->spec.batch :
	    crm_store_batch(s->ses.store, CRM_BATCH);
	size_t before = s->most ? s->most : now;
	s->most = now;
	return ahead ? now : before;
}

/* What the records of the transaction are stamped with. */
static void
set_now(struct crm_sink *s, int64_t now)
{
	s->batch_now = now;
	crm_buf_clear(&s->stamp);
	crm_time_format(&s->stamp, now);
	s->now = crm_buf_view(&s->stamp);
}

enum crm_status
crm_sink_txn(struct crm_sink *s, struct crm_str source, bool last,
    struct crm_err *err)
{
	struct crm_cli *cli = s->cli;
	set_now(s, cli->now_given ? cli->clock.now : crm_time_now());
	struct crm_why why = { .actor = s->actor,
		.program = crm_str_z(cli->prog->name),
		.reason = crm_str_z(cli->why), .source = source,
		.txn = s->txn, .last = last, .now = s->batch_now };
	crm_map_clear(&s->refs);
	enum crm_status st = s->spec.before ?
	    s->spec.before(s->spec.ctx, s, err) : CRM_OK;
	if (!st)
		st = crm_sink_names_load(s, err);
	if (!st)
		st = crm_txn_begin(s->ses.store, &why, &s->t, err);
	if (!st)
		set_now(s, crm_txn_at(s->t));
	return st;
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
	crm_out_flush(s->out);	/* what is durable is said at once */
	crm_spool_release(&s->echo);
	s->echo = (struct crm_spool){ 0 };
}

void
crm_sink_fail(struct crm_sink *s, const struct crm_err *err)
{
	crm_cli_fail(s->cli, err);
	s->stop = s->broken = true;
}

/* Applies gathered items; the transaction is open. */
/* Is it a record whose reference by key found nothing yet? Its target may come
 * later in the same load. */
static bool
may_come(const struct crm_sink *s, const struct crm_item *it,
    const struct crm_err *e)
{
	return s->spec.forward && !s->late_off && it->rec.shape &&
	    e->field[0] && e->id && strcmp(e->id, "ref.none") == 0;
}

enum crm_status
crm_sink_apply_items(struct crm_sink *s, size_t from, size_t to,
    struct crm_err *err)
{
	enum crm_status ready = s->spec.prepare ?
	    s->spec.prepare(s->spec.ctx, s, from, to, err) : CRM_OK;
	if (ready)
		return ready;
	struct crm_err e = { 0 };
	for (size_t i = from; i < to; i++) {
		if (e.code)
			e = (struct crm_err){ 0 };
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
		if (st && may_come(s, &s->items[i], &e)) {
			st = crm_sink_late_keep(s, &s->items[i], err);
			if (st)
				return st;
			continue;
		}
		if (st)
			bad(s, &s->items[i], &e);
		s->named++;
	}
	return CRM_OK;
}

/* Why hooks are called: the program's job; records that crm-import made are an
 * import. */
static const char *
cause(const struct crm_sink *s)
{
	const char *name = s->cli->prog->name;
	if (s->spec.cause)
		return s->spec.cause;
	if (strcmp(name, "crm-add") == 0 && s->n &&
	    s->items[s->from].tool.n && crm_json_get(s->items[s->from].tool,
	    CRM_STR("_src"), &(struct crm_str){ 0 }))
		return "import";
	return strncmp(name, "crm-", 4) == 0 ? name + 4 : name;
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
	enum crm_status st = crm_hooks_ask(&s->hooks, cause(s), will, err);
	if (st)
		return st;
	st = crm_txn_commit(s->t, &rev, err);
	s->t = NULL;
	if (!st && !s->txn && rev == will)
		s->txn = rev;
	if (!st)
		crm_out_rev(s->out, s->rev = rev);
	return st;
}

void
crm_sink_forget(struct crm_sink *s)
{
	s->n = s->from = 0;
	s->bytes = 0;
	crm_arena_rewind(&s->mem);
}

static void
drop(struct crm_sink *s)
{
	if (s->t)
		crm_txn_abort(s->t);
	s->t = NULL;
	crm_spool_release(&s->echo);
	s->echo = (struct crm_spool){ 0 };
	crm_hooks_clear(&s->hooks);
}

/* After the commit: the echo, then those who want to hear of it. */
static void
publish(struct crm_sink *s)
{
	print_echo(s);
	crm_hooks_tell(&s->hooks, cause(s), s->rev);
	crm_hooks_clear(&s->hooks);
}

/* What was not stored was not created. */
static void
uncount(struct crm_sink *s, const struct crm_cli_counts *had)
{
	struct crm_cli_counts *c = &s->cli->count;
	c->created = had->created;
	c->updated = had->updated;
	c->unchanged = had->unchanged;
	c->deleted = had->deleted;
}

/* A hook refused the batch: its items are rejects. */
static void
veto(struct crm_sink *s, size_t from, size_t to, size_t had,
    const struct crm_err *err)
{
	s->nbad = had;
	for (size_t i = from; i < to; i++)
		bad(s, &s->items[i], s->items[i].wrong ? s->items[i].wrong :
		    err);
}

/* One transaction. With `whole` a rejected item takes back what was done for
 * it. */
static void
commit_items(struct crm_sink *s, size_t from, size_t to, bool last)
{
	struct crm_err err = { 0 };
	size_t had = s->nbad;
	const struct crm_cli_counts before = s->cli->count;
	s->from = from;
	enum crm_status st = crm_sink_txn(s, s->items[from].source, last, &err);
	if (!st)
		st = crm_sink_apply_items(s, from, to, &err);
	bool refused = !st && s->spec.whole && s->nbad > had;
	if (!st && !refused)
		st = finish(s, &err);
	if (!st && !refused) {
		publish(s);
		return;
	}
	drop(s);
	uncount(s, &before);
	if (st && crm_status_is_data(st))
		veto(s, from, to, had, &err);
	else if (st)
		crm_sink_fail(s, &err);
}

/* Where the transaction ends that begins with an item: lines of different
 * sources do not share one, for the journal names one. */
static size_t
end_of_txn(const struct crm_sink *s, size_t from)
{
	size_t to = from + 1;
	while (!s->spec.whole && to < s->n && crm_str_eq(s->items[to].source,
	    s->items[from].source) && !(s->spec.apart &&
	    s->spec.apart(s->spec.ctx, s, from, to)))
		to++;
	return to;
}

void
crm_sink_flush(struct crm_sink *s, bool last)
{
	for (size_t i = 0, to; i < s->n && !s->stop; i = to) {
		to = end_of_txn(s, i);
		commit_items(s, i, to, last && to == s->n);
	}
	report_bad(s);
	crm_sink_forget(s);
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

void
crm_sink_close(struct crm_sink *s, enum crm_status st, struct crm_err *err)
{
	if (!st)
		st = finish(s, err);
	if (!st)
		publish(s);
	drop(s);
	if (st)
		crm_sink_fail(s, err);
}

/* Ends the one transaction: stored whole, or not at all. */
void
crm_sink_end_one(struct crm_sink *s, enum crm_status st, struct crm_err *err)
{
	bool whole = s->nbad == 0 || !(s->cli->atomic || (s->spec.whole &&
	    !s->cli->dry));
	if (!st && !as_expected(s, err))
		st = CRM_SYSTEM;
	if (!st && whole)
		st = finish(s, err);
	if (!st && whole)
		publish(s);
	drop(s);
	if (st && crm_status_is_data(st))
		err->code = CRM_SYSTEM;	/* a veto: nothing is stored */
	if (st)
		crm_sink_fail(s, err);
	s->stop = false;
	report_bad(s);
	crm_sink_forget(s);
}
