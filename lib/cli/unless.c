#include "cli/unless.h"

#include "format/json.h"

#define USUAL 0.9

bool
crm_unless_read(struct crm_unless *u, struct crm_cli *cli)
{
	char *end;
	u->p = USUAL;
	if (!u->text || !*u->text)
		return true;
	u->p = strtod(u->text, &end);
	if (!*end && u->p > 0 && u->p <= 1)
		return true;
	crm_cli_usage(cli, _("--unless-duplicate: a probability above 0, at "
	    "most 1, not '%s'"), u->text);
	return false;
}

void
crm_unless_release(struct crm_unless *u)
{
	crm_twins_free(u->twins);
	free(u->line);
	free(u->twin);
	crm_arena_release(&u->mem);
}

enum crm_status
crm_unless_before(struct crm_unless *u, struct crm_sink *s,
    struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	if (!u->text)
		return CRM_OK;
	struct crm_twins_opts o = { .cli = s->cli, .store = s->ses.store,
		.low = u->p, .among = true };
	if (!u->twins)
		st = crm_twins_new(&o, &u->twins, err);
	u->n = u->ntwins = 0;
	crm_arena_clear(&u->mem);
	return st ? st : crm_twins_ready(u->twins, s->type, err);
}

static bool
take_twin(void *ctx, const struct crm_twin *w)
{
	struct crm_unless *u = ctx;
	struct crm_unless_line *l = &u->line[w->line];
	crm_grow(&u->twin, &u->captwins, u->ntwins + 1, sizeof(*u->twin));
	if (l->ntwins++ == 0)
		l->twin = u->ntwins;
	u->twin[u->ntwins++] = (struct crm_unless_twin){ w->stored, w->other,
		w->stored ? crm_arena_str(&u->mem, w->other_id) :
		(struct crm_str){ 0 }, w->p };
	return true;
}

static void
add_line(struct crm_unless *u, const struct crm_rec *r)
{
	bool there = r->shape && r->type;
	crm_grow(&u->line, &u->cap, u->n + 1, sizeof(*u->line));
	u->line[u->n++] = (struct crm_unless_line){ .judged = there };
	crm_twins_add(u->twins, there ? r->type : NULL, r->line,
	    CRM_STR("-"));
}

enum crm_status
crm_unless_prepare(struct crm_unless *u, struct crm_sink *s, size_t from,
    size_t to, struct crm_err *err)
{
	if (!u->text)
		return CRM_OK;
	u->first = u->n - from;
	for (size_t i = from; i < to; i++)
		add_line(u, &s->items[i].rec);
	return crm_twins_judge(u->twins, s->t, take_twin, u, err);
}

/* The line as it came, with what it is a twin of. */
static void
mark(struct crm_sink *s, struct crm_item *item, struct crm_str id, double p)
{
	struct crm_buf b = { 0 };
	struct crm_str t = crm_str_trim(item->text);
	if (t.n < 2 || t.p[0] != '{' || t.p[t.n - 1] != '}')
		return;
	crm_buf_str(&b, crm_str_sub(t, 0, t.n - 1));
	crm_json_add_str(&b, "_duplicate_of", id);
	crm_json_add_double(&b, "_score", p, 4);
	crm_buf_c(&b, '}');
	item->text = crm_arena_str(&s->mem, crm_buf_view(&b));
	crm_buf_release(&b);
}

/* Its first twin that is in the store, or came into it before. */
static const struct crm_unless_twin *
twin_of(const struct crm_unless *u, size_t line, struct crm_str *id)
{
	const struct crm_unless_line *l = &u->line[line];
	for (size_t i = 0; i < l->ntwins; i++) {
		const struct crm_unless_twin *w = &u->twin[l->twin + i];
		*id = w->stored ? w->id : u->line[w->other].id;
		if (id->n)
			return w;
	}
	return NULL;
}

enum crm_status
crm_unless_insert(struct crm_unless *u, struct crm_sink *s,
    struct crm_item *item, struct crm_err *err)
{
	size_t at = (size_t)(item - s->items), line = u->first + at;
	enum crm_status st = CRM_OK;
	struct crm_str id;
	if (!u->text)
		return crm_sink_insert(s, item, &item->rec, err);
	/* Made of assignments: it was no record yet when it was prepared. */
	if (!u->line[line].judged) {
		line = u->n;
		add_line(u, &item->rec);
		st = crm_twins_judge(u->twins, s->t, take_twin, u, err);
	}
	if (st)
		return st;
	const struct crm_unless_twin *w = twin_of(u, line, &id);
	if (w) {
		double p = w->p > 0.9999 ? 0.9999 : w->p;
		mark(s, item, id, p);
		return crm_err_set(err, CRM_EXISTS, "add.duplicate",
		    _("probably the same as '%.*s' (probability %.4f)"),
		    CRM_FMT(id), p);
	}
	st = crm_sink_insert(s, item, &item->rec, err);
	if (!st)
		u->line[line].id = crm_arena_str(&u->mem,
		    crm_buf_view(&s->made));
	return st;
}
