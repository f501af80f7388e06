/* A record without people that it points to or names. */
#include "cli/erase_impl.h"

enum { SHARED = 10 };	/* a list of more people is not about one of them */

void
crm_erase_without(struct crm_buf *out, struct crm_str raw,
    bool (*is)(const void *ctx, struct crm_str inner), const void *ctx)
{
	struct crm_json_iter it = crm_json_iter(raw);
	struct crm_str key, v;
	char kind = crm_json_kind(raw);
	if (kind == '"' && is(ctx, crm_json_inner(raw)))
		return;
	if (kind != '[' && kind != '{') {
		crm_buf_str(out, raw);
		return;
	}
	crm_buf_c(out, kind);
	while (crm_json_next(&it, &key, &v)) {
		size_t start = out->n;
		if (kind == '{')
			crm_json_raw_key(out, key);
		else
			crm_json_comma(out);
		size_t before = out->n;
		crm_erase_without(out, v, is, ctx);
		if (out->n == before)
			out->n = start;
	}
	crm_buf_c(out, kind == '[' ? ']' : '}');
	if (out->n >= 2 && out->p[out->n - 2] == kind)
		out->n -= 2;
}

static bool
is_id(const void *ctx, struct crm_str inner)
{
	const struct crm_erase_job *j = ctx;
	return crm_idset_has(&j->ids, inner);
}

/* Every string of a value without the words, and what is filed under one;
 * false: nothing changed. */
static bool
without_words(struct crm_erase_job *j, struct crm_str raw,
    const struct crm_erase_mode *m, struct crm_buf *out)
{
	struct crm_json_iter it = crm_json_iter(raw);
	struct crm_str key, v;
	char kind = crm_json_kind(raw);
	bool any = false;
	if (kind == '"') {
		crm_buf_c(out, '"');
		any = crm_erase_words_out(&j->words, crm_json_inner(raw), m,
		    out, &j->whose);
		crm_buf_c(out, '"');
		return any;
	}
	if (kind != '[' && kind != '{') {
		crm_buf_str(out, raw);
		return false;
	}
	crm_buf_c(out, kind);
	while (crm_json_next(&it, &key, &v)) {
		if (kind == '{' && crm_erase_words_in(&j->words, key, m,
		    &j->whose)) {
			any = true;
			continue;
		}
		if (kind == '{')
			crm_json_raw_key(out, key);
		else
			crm_json_comma(out);
		any = without_words(j, v, m, out) || any;
	}
	crm_buf_c(out, kind == '[' ? ']' : '}');
	return any;
}

static bool
is_tool(struct crm_str key)
{
	static const char *const keys[] = { "id", "type", "rev", "created",
		"updated" };
	for (size_t i = 0; i < CRM_LEN(keys); i++)
		if (crm_str_is(key, keys[i]))
			return true;
	return false;
}

/* Values that mean something only as they are. */
static bool
is_prose(const struct crm_field *f)
{
	return !f || f->kind == CRM_K_ANY || f->kind == CRM_K_TEXT ||
	    f->kind == CRM_K_NAME || f->kind == CRM_K_CODE ||
	    f->kind == CRM_K_OBJECT || f->kind == CRM_K_MAP ||
	    f->kind == CRM_K_QUERY || f->kind == CRM_K_URL || f->kind == CRM_K_EMAIL ||
	    f->kind == CRM_K_PHONE;
}

/* Is it one of very many that the record points to? */
static bool
is_shared(const struct crm_rec *r, const struct crm_erase_job *j)
{
	for (uint32_t i = 0; i < r->shape->n; i++) {
		struct crm_str val = crm_rec_val(r, i);
		if (crm_json_kind(val) == '[' && crm_idset_in(&j->ids, val) &&
		    crm_json_count(val) > SHARED)
			return true;
	}
	return false;
}

bool
crm_erase_is_own(const struct crm_field *f)
{
	return f && (f->kind == CRM_K_NAME || f->kind == CRM_K_EMAIL ||
	    f->kind == CRM_K_PHONE || f->kind == CRM_K_URL);
}

/* What the schema calls personal. */
static bool
clear_personal(struct crm_erase_job *j, const struct crm_field *f,
    struct crm_str key, struct crm_str raw, struct crm_change_set *c)
{
	if (!f || !(f->flags & CRM_F_PERSONAL) || crm_str_is(f->name, "ext"))
		return false;
	if (crm_str_is(key, "attachments"))
		crm_erase_files(&j->files, raw, j->whose);
	crm_change_put(c, key, f->flags & CRM_F_REQUIRED ?
	    CRM_STR("\"[erased]\"") : CRM_STR(""));
	return true;
}

/* References, then words. */
static void
clear_value(struct crm_erase_job *j, const struct crm_field *f,
    struct crm_str key, struct crm_str raw, const struct crm_erase_mode *m,
    struct crm_change_set *c)
{
	struct crm_erase_mode mode = *m;
	struct crm_buf b = { 0 }, words = { 0 };
	bool refs = !f || f->kind == CRM_K_REF || f->kind == CRM_K_OBJECT ||
	    f->kind == CRM_K_MAP;
	bool changed = refs && crm_idset_in(&j->ids, raw);
	if (changed)
		crm_erase_without(&b, raw, is_id, j);
	else
		crm_buf_str(&b, raw);
	mode.query = f && f->kind == CRM_K_QUERY;
	if (b.n && is_prose(f) &&
	    without_words(j, crm_buf_view(&b), &mode, &words))
		crm_change_put(c, key, crm_str_is(crm_buf_view(&words), "{}") ?
		    CRM_STR("") : crm_buf_view(&words));
	else if (changed)
		crm_change_put(c, key, crm_buf_view(&b));
	crm_buf_release(&b);
	crm_buf_release(&words);
}

static void
clear_all(struct crm_erase_job *j, const struct crm_rec *r,
    struct crm_change_set *c)
{
	bool somebody = crm_erase_somebody(r->type);
	/* People and companies keep what is theirs. */
	bool personal = j->here.n && !somebody && !is_shared(r, j);
	const struct crm_erase_mode mode = {
		.here = personal ? &j->here : NULL };
	for (uint32_t i = 0; i < r->shape->n; i++) {
		struct crm_str key = r->shape->keys[i];
		const struct crm_field *f = r->type ?
		    crm_type_field(r->type, key) : NULL;
		if (f && !crm_str_eq(f->name, key))
			f = NULL;
		if (is_tool(key) || (somebody && crm_erase_is_own(f)))
			continue;
		if (!personal || !clear_personal(j, f, key, crm_rec_val(r, i),
		    c))
			clear_value(j, f, key, crm_rec_val(r, i), &mode, c);
	}
}

bool
crm_erase_text(struct crm_erase_job *j, const struct crm_rec *r,
    struct crm_str stamp, struct crm_record *out, enum crm_status *st,
    struct crm_err *err)
{
	struct crm_change_set c = { 0 };
	clear_all(j, r, &c);
	bool any = c.nval > 0;
	if (any && stamp.n) {
		crm_buf_clear(&j->tmp);
		crm_json_quote(&j->tmp, stamp);
		crm_change_put(&c, CRM_STR("updated"), crm_buf_view(&j->tmp));
	}
	struct crm_rec plain = *r;
	plain.rev = 0;
	*st = any ? crm_record_apply(&j->reader, &plain, &c, out, err) : CRM_OK;
	crm_change_release(&c);
	return any;
}
