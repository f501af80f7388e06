#include "model/stages.h"

struct history {
	const char *type, *field, *list, *since, *closed;
};

static const struct history histories[] = {
	{ "deal", "stage", "stages", "stage_since", "closed" },
	{ "ticket", "status", "statuses", NULL, "solved" },
	{ "lead", "status", "statuses", NULL, NULL },
};

static struct crm_str
get(const struct crm_rec *r, const char *key)
{
	struct crm_str v = { NULL, 0 };
	if (!r || !crm_rec_get(r, crm_str_z(key), &v) ||
	    crm_json_kind(v) == 'n')
		return (struct crm_str){ NULL, 0 };
	return v;
}

/* Is the value one that ends the record's work? */
static bool
is_end(const struct crm_schema *s, const struct history *h,
    struct crm_str raw)
{
	if (!crm_json_is_string(raw))
		return false;
	struct crm_str v = crm_json_inner(raw);
	if (strcmp(h->field, "status") == 0)
		return crm_str_is(v, "solved") || crm_str_is(v, "closed");
	const struct crm_stage *st = crm_schema_stage(s, v);
	return st && st->kind != CRM_STAGE_OPEN;
}

/* The value of the last entry of the history. */
static struct crm_str
last_entry(struct crm_str list, const char *field)
{
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str key, v, last = { NULL, 0 }, out = { NULL, 0 };
	while (crm_json_next(&it, &key, &v))
		last = v;
	if (last.n && !crm_json_get(last, crm_str_z(field), &out))
		out.n = 0;
	return out;
}

static void
put_text(struct crm_change_set *c, const char *key, struct crm_str text)
{
	struct crm_buf b = { 0 };
	crm_json_quote(&b, text);
	crm_change_put(c, crm_str_z(key), crm_buf_view(&b));
	crm_buf_release(&b);
}

/* When a new record came into its stage, as far as it says so itself. */
static struct crm_str
since_of(const struct history *h, const struct crm_rec *now, bool end,
    struct crm_str at)
{
	struct crm_str v = h->since ? get(now, h->since) :
	    (struct crm_str){ NULL, 0 };
	if (!v.n && end && h->closed)
		v = get(now, h->closed);
	if (!v.n)
		v = get(now, "created");
	return crm_json_is_string(v) ? crm_json_inner(v) : at;
}

static void
add_entry(const struct history *h, struct crm_str list, struct crm_str raw,
    struct crm_str at, struct crm_str by, struct crm_change_set *c)
{
	struct crm_buf b = { 0 };
	if (list.n > 2 && crm_json_kind(list) == '[')
		crm_buf_add(&b, list.p, list.n - 1);
	else
		crm_buf_c(&b, '[');
	crm_json_comma(&b);
	crm_buf_c(&b, '{');
	crm_json_add_raw(&b, h->field, raw);
	crm_json_add_str(&b, "at", at);
	if (by.n)
		crm_json_add_str(&b, "by", by);
	crm_buf_z(&b, "}]");
	crm_change_put(c, crm_str_z(h->list), crm_buf_view(&b));
	crm_buf_release(&b);
}

static bool
keep(const struct crm_schema *s, const struct history *h,
    const struct crm_rec *old, const struct crm_rec *now, struct crm_str at,
    struct crm_str by, struct crm_change_set *c)
{
	struct crm_str was = get(old, h->field), is = get(now, h->field);
	struct crm_str list = get(now, h->list);
	size_t before = c->nval;
	bool end = is_end(s, h, is);
	if (!crm_json_is_string(is) || (old && crm_str_eq(was, is)))
		return false;
	struct crm_str when = old ? at : since_of(h, now, end, at);
	if (!crm_str_eq(last_entry(list, h->field), is))
		add_entry(h, list, is, when, by, c);
	if (h->since && (old || !get(now, h->since).n))
		put_text(c, h->since, when);
	if (!h->closed)
		return c->nval != before;
	struct crm_str closed = get(now, h->closed);
	bool stale = old && crm_str_eq(get(old, h->closed), closed);
	if (end && (!closed.n || (stale && !is_end(s, h, was))))
		put_text(c, h->closed, when);
	else if (!end && closed.n && stale)
		crm_change_put(c, crm_str_z(h->closed),
		    (struct crm_str){ NULL, 0 });
	return c->nval != before;
}

bool
crm_stages_kept(const struct crm_type *t)
{
	for (size_t i = 0; i < CRM_LEN(histories); i++)
		if (crm_str_is(t->name, histories[i].type))
			return true;
	return false;
}

bool
crm_stages_keep(const struct crm_schema *s, const struct crm_rec *old,
    const struct crm_rec *now, struct crm_str at, struct crm_str by,
    struct crm_change_set *c)
{
	for (size_t i = 0; now->type && i < CRM_LEN(histories); i++)
		if (crm_str_is(now->type->name, histories[i].type))
			return keep(s, &histories[i], old, now, at, by, c);
	return false;
}
