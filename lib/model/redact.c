#include "model/redact.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "format/json.h"
#include "model/norm_email.h"

struct job {
	enum crm_redact how;
	const uint8_t *key;
	struct crm_buf *out;
	struct crm_buf tmp;
};

/* 16 hex digits of a value's keyed hash: of names and addresses however they
 * are written, so that files of different sources fit together. */
static void
digest(struct job *j, const struct crm_field *f, struct crm_str val,
    char hex[17])
{
	struct crm_buf text = { 0 };
	crm_json_text(&text, val);
	crm_buf_clear(&j->tmp);
	if (f && f->kind == CRM_K_NAME)
		crm_fold_text(&j->tmp, crm_buf_view(&text));
	else if (!f || f->kind != CRM_K_EMAIL ||
	    !crm_email_key(&j->tmp, crm_buf_view(&text)))
		crm_buf_str(&j->tmp, crm_buf_view(&text));
	crm_buf_release(&text);
	snprintf(hex, 17, "%016" PRIx64,
	    crm_siphash(j->key, j->tmp.p, j->tmp.n));
}

/* What stands for one personal value; false: the field is left out. */
static bool
stand_in(struct job *j, const struct crm_field *f, struct crm_str val)
{
	char hex[17];
	bool text = f->kind == CRM_K_TEXT || f->kind == CRM_K_NAME;
	if (j->how == CRM_REDACT_MASK) {
		if (text)
			crm_buf_z(j->out, "\"[redacted]\"");
		return text;
	}
	digest(j, f, val, hex);
	switch (f->kind) {
	case CRM_K_NAME:
		crm_buf_printf(j->out, "\"Person %.12s\"", hex);
		return true;
	case CRM_K_TEXT:
		crm_buf_z(j->out, "\"[redacted]\"");
		return true;
	case CRM_K_EMAIL:
		crm_buf_printf(j->out, "\"p-%s@pseudonym.invalid\"", hex);
		return true;
	case CRM_K_CODE:
		crm_buf_printf(j->out, "\"p-%.12s\"", hex);
		return true;
	default:
		return false;
	}
}

static bool
value(struct job *j, const struct crm_field *f, struct crm_str val)
{
	struct crm_str key, one;
	if (crm_json_kind(val) != '[')
		return stand_in(j, f, val);
	size_t from = j->out->n, n = 0;
	struct crm_json_iter it = crm_json_iter(val);
	crm_buf_c(j->out, '[');
	while (crm_json_next(&it, &key, &one)) {
		size_t at = j->out->n;
		if (n)
			crm_buf_c(j->out, ',');
		if (stand_in(j, f, one))
			n++;
		else
			j->out->n = at;
	}
	crm_buf_c(j->out, ']');
	if (!n)
		j->out->n = from;
	return n > 0;
}

/* An id or a reference: the same pseudonym in both. */
static void
put_id(struct job *j, struct crm_str val)
{
	char hex[17];
	if (j->how == CRM_REDACT_MASK || !crm_json_is_string(val)) {
		crm_buf_str(j->out, val);
		return;
	}
	digest(j, NULL, val, hex);
	crm_buf_printf(j->out, "\"p%s\"", hex);
}

static void
put_refs(struct job *j, struct crm_str val)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, one;
	if (crm_json_kind(val) != '[') {
		put_id(j, val);
		return;
	}
	crm_buf_c(j->out, '[');
	for (size_t n = 0; crm_json_next(&it, &key, &one); n++) {
		if (n)
			crm_buf_c(j->out, ',');
		put_id(j, one);
	}
	crm_buf_c(j->out, ']');
}

static bool member(struct job *j, const struct crm_type *t,
    const struct crm_field *f, struct crm_str key, struct crm_str val);

/* The leaves of an object that may be seen: address.country. */
static bool
object(struct job *j, const struct crm_type *t, const struct crm_field *f,
    struct crm_str val)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, one;
	size_t n = 0;
	crm_buf_c(j->out, '{');
	while (crm_json_next(&it, &key, &one)) {
		struct crm_buf path = { 0 };
		crm_buf_printf(&path, "%.*s.%.*s", CRM_FMT(f->name),
		    CRM_FMT(key));
		const struct crm_field *leaf = crm_type_field(t,
		    crm_buf_view(&path));
		size_t at = j->out->n;
		if (n)
			crm_buf_c(j->out, ',');
		if (leaf && member(j, t, leaf, key, one))
			n++;
		else
			j->out->n = at;
		crm_buf_release(&path);
	}
	crm_buf_c(j->out, '}');
	return n > 0;
}

static bool
member(struct job *j, const struct crm_type *t, const struct crm_field *f,
    struct crm_str key, struct crm_str val)
{
	size_t from = j->out->n;
	bool has = true;
	crm_buf_printf(j->out, "\"%.*s\":", CRM_FMT(key));
	if (f->kind == CRM_K_MAP)
		has = false;
	else if (f->kind == CRM_K_REF || crm_str_is(f->name, "id"))
		put_refs(j, val);
	else if (f->kind == CRM_K_OBJECT && !(f->flags & CRM_F_LIST) &&
	    crm_json_kind(val) == '{')
		has = object(j, t, f, val);
	else if (f->flags & CRM_F_PERSONAL)
		has = value(j, f, val);
	else
		crm_buf_str(j->out, val);
	if (!has)
		j->out->n = from;
	return has;
}

void
crm_redact(const struct crm_rec *rec, enum crm_redact how,
    const uint8_t key[16], struct crm_buf *out)
{
	struct job j = { .how = how, .key = key, .out = out };
	size_t n = 0;
	crm_buf_c(out, '{');
	for (size_t i = 0; i < rec->shape->n; i++) {
		struct crm_str k = rec->shape->keys[i];
		const struct crm_field *f = rec->type ?
		    crm_type_field(rec->type, k) : NULL;
		size_t at = out->n;
		bool known = f && crm_str_eq(f->name, k);
		bool type = crm_str_is(k, "type");
		if (!known && !type)
			continue;
		if (n)
			crm_buf_c(out, ',');
		if (type) {
			crm_buf_printf(out, "\"type\":%.*s",
			    CRM_FMT(crm_rec_val(rec, i)));
			n++;
		} else if (member(&j, rec->type, f, k, crm_rec_val(rec, i)))
			n++;
		else
			out->n = at;
	}
	crm_buf_c(out, '}');
	crm_buf_release(&j.tmp);
}
