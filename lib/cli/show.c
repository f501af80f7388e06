#include "cli/show.h"

void
crm_show_init(struct crm_show *s, const struct crm_query_ctx *ctx,
    const struct crm_query_env *env, struct crm_store *store, uint64_t rev)
{
	*s = (struct crm_show){ .ctx = *ctx, .env = env, .store = store,
		.rev = rev };
}

void
crm_show_release(struct crm_show *s)
{
	for (size_t i = 0; i < s->paths.n; i++)
		crm_path_free(s->paths.e[i].v.p);
	crm_map_release(&s->paths);
	crm_batch_free(s->rows);
	crm_buf_release(&s->key);
}

static bool
resolve(void *self, const struct crm_rec *rec, struct crm_str json,
    struct crm_str path, struct crm_str *val)
{
	struct crm_show *s = self;
	bool fresh;
	(void)json;
	if (!rec || !rec->type)
		return false;
	crm_buf_clear(&s->key);
	crm_buf_printf(&s->key, "%u ", rec->type->no);
	crm_buf_str(&s->key, path);
	struct crm_map_entry *e = crm_map_put(&s->paths,
	    crm_buf_view(&s->key), &fresh);
	struct crm_path *p = e->v.p;
	if (fresh && crm_path_parse(&s->ctx, rec->type, path, &p, NULL))
		p = NULL;
	e->v.p = p;
	return p && crm_path_get(p, rec, s->env, val);
}

/* Four characters where they name one record alone, else two more, and so
 * on. */
static size_t
short_id(void *self, struct crm_str id)
{
	enum { SHORTEST = 4, STEP = 2 };
	struct crm_show *s = self;
	if (!s->store)
		return 8;
	if (!s->rows)
		s->rows = crm_batch_new();
	for (size_t n = SHORTEST; n < id.n; n += STEP) {
		const struct crm_key k = { .by = CRM_BY_ENDING,
			.value = crm_str_sub(id, id.n - n, n) };
		uint32_t several = 0;
		if (crm_store_get(s->store, s->rev, &k, 1, s->rows, &several,
		    NULL) != CRM_OK)
			break;
		if (several <= 1)
			return n;
	}
	return id.n;
}

/* The columns of a table of one type, what is looked for first coming
 * first. */
static const char *
columns(void *self, struct crm_str type)
{
	static const char *const known[][2] = {
		{ "account", "id,name,domain,address.city,address.country,owner" },
		{ "contact", "id,name,account.name,title,emails,phones" },
		{ "lead", "id,name,company,status,emails,phones" },
		{ "deal", "id,name,stage,amount,currency,close_date,account.name,owner" },
		{ "activity", "id,at,kind,subject,contact.name,due,done" },
		{ "ticket", "id,subject,status,priority,contact.name,opened" },
		{ "contract", "id,name,account.name,end,amount,currency,status" },
		{ "purchase", "id,at,contact.name,amount,currency" },
		{ "invoice", "id,number,account.name,due,amount,currency,paid_at" },
		{ "product", "id,name,sku,price,currency,category" },
		{ "campaign", "id,name,start,end,budget,currency" },
		{ "member", "id,campaign.name,contact.name,status,at" },
		{ "consent", "id,contact.name,purpose,channel,status,at" },
		{ "survey", "id,contact.name,kind,score,comment,at" },
		{ "user", "id,name,email,role,territory,timezone" },
	};
	(void)self;
	for (size_t i = 0; i < CRM_LEN(known); i++)
		if (crm_str_is(type, known[i][0]))
			return known[i][1];
	return NULL;
}

struct crm_out_help
crm_show_help(struct crm_show *s)
{
	return (struct crm_out_help){ .resolve = resolve,
		.short_id = s->store ? short_id : NULL,
		.columns = s->store ? columns : NULL, .self = s };
}

enum crm_status
crm_show_check(struct crm_show *s, const struct crm_type *type,
    const char *fields, struct crm_err *err)
{
	struct crm_str rest = crm_str_z(fields), part;
	enum crm_status st = CRM_OK;
	if (!fields || !type)
		return CRM_OK;
	while (st == CRM_OK && crm_str_split(&rest, ',', &part)) {
		struct crm_path *p = NULL;
		part = crm_str_trim(part);
		if (part.n && part.p[0] == '_')
			continue;
		st = crm_path_parse(&s->ctx, type, part, &p, err);
		crm_path_free(p);
	}
	return st;
}

/* What a type of the store's own is known by: its first key that is text. */
static bool
own_key(const struct crm_rec *r, struct crm_str *val)
{
	for (size_t i = 0; r->type && i < r->type->nfields; i++) {
		const struct crm_field *f = &r->type->fields[i];
		if ((f->flags & (CRM_F_KEY | CRM_F_UNIQUE)) &&
		    !(f->flags & (CRM_F_TOOL | CRM_F_LIST)) &&
		    crm_rec_get(r, f->name, val) && crm_json_is_string(*val))
			return true;
	}
	return false;
}

void
crm_show_title(const struct crm_rec *r, struct crm_buf *out)
{
	static const char *const names[] = { "name", "subject", "title",
		"question", "number", "company", "kind" };
	struct crm_str val;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		if (crm_rec_get(r, crm_str_z(names[i]), &val) &&
		    crm_json_is_string(val) && val.n > 2) {
			crm_json_text(out, val);
			return;
		}
	if (crm_rec_get(r, CRM_STR("emails"), &val)) {
		struct crm_json_iter it = crm_json_iter(val);
		struct crm_str key, first;
		if (crm_json_next(&it, &key, &first)) {
			crm_json_text(out, first);
			return;
		}
	}
	if (own_key(r, &val))
		crm_json_text(out, val);
	else
		crm_buf_str(out, crm_rec_id(r));
}
