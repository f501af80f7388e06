#include "model/letter.h"

#include "format/json.h"
#include "model/norm_address.h"
#include "model/norm_iso.h"
#include "model/norm_name.h"
#include "model/norm_phone.h"

/* A text of the record, kept in b; "" where absent. */
static struct crm_str
text_of(struct crm_str record, const char *path, struct crm_buf *b)
{
	struct crm_str val;
	size_t from = b->n;
	if (!crm_json_path(record, crm_str_z(path), &val) ||
	    !crm_json_is_string(val))
		return (struct crm_str){ 0 };
	crm_json_unescape(b, crm_json_inner(val));
	return crm_str_sub(crm_buf_view(b), from, b->n);
}

static struct crm_str
country_of(struct crm_str record, char code[3])
{
	struct crm_buf b = { 0 };
	struct crm_str s = text_of(record, "address.country", &b);
	bool known = s.n && crm_country_key(s, code);
	crm_buf_release(&b);
	return known ? (struct crm_str){ code, 2 } : (struct crm_str){ 0 };
}

/* Each part in a buffer of its own: a buffer moves while it grows. */
static void
put_address(const struct crm_letter *l, struct crm_str record,
    struct crm_buf *out)
{
	static const char *const paths[] = { "name", "company",
		"address.street", "address.city", "address.region",
		"address.postal_code" };
	struct crm_str part[CRM_LEN(paths)];
	struct crm_buf b[CRM_LEN(paths)] = { { 0 } };
	char code[3];
	for (size_t i = 0; i < CRM_LEN(paths); i++)
		part[i] = text_of(record, paths[i], &b[i]);
	struct crm_address a = { .name = part[0], .organisation = part[1],
		.street = part[2], .city = part[3], .region = part[4],
		.postal_code = part[5], .country = country_of(record, code) };
	if (a.street.n || a.city.n || a.postal_code.n)
		crm_address_format(out, &a, l->home, false);
	while (out->n && out->p[out->n - 1] == '\n')
		out->n--;
	for (size_t i = 0; i < CRM_LEN(paths); i++)
		crm_buf_release(&b[i]);
}

static void
put_name(struct crm_str record, struct crm_str what, struct crm_buf *out)
{
	struct crm_buf b = { 0 };
	struct crm_person p;
	char code[3];
	bool given = crm_str_is(what, "_given");
	struct crm_str own = text_of(record, given ? "given_name" :
	    "family_name", &b);
	if (own.n && !crm_str_is(what, "_title")) {
		crm_buf_str(out, own);
	} else {
		crm_buf_clear(&b);
		crm_person_parse(text_of(record, "name", &b),
		    country_of(record, code), &p);
		crm_buf_str(out, given ? p.given :
		    crm_str_is(what, "_family") ? p.family : p.prefix);
	}
	crm_buf_release(&b);
}

static void
put_phone(struct crm_str record, bool national, struct crm_buf *out)
{
	struct crm_str list, key, val;
	struct crm_buf b = { 0 };
	struct crm_phone p;
	char code[3];
	if (!crm_json_get(record, CRM_STR("phones"), &list))
		return;
	struct crm_json_iter it = crm_json_iter(list);
	if (!crm_json_next(&it, &key, &val) || !crm_json_is_string(val))
		return;
	crm_json_unescape(&b, crm_json_inner(val));
	crm_phone_parse(crm_buf_view(&b), country_of(record, code), &p);
	if (!crm_phone_usable(&p))
		crm_buf_str(out, crm_buf_view(&b));
	else if (national)
		crm_phone_national(out, &p);
	else
		crm_phone_international(out, &p);
	crm_buf_release(&b);
}

bool
crm_letter_value(void *letter, struct crm_str record, struct crm_str path,
    struct crm_str *val)
{
	struct crm_letter *l = letter;
	char code[3];
	crm_buf_clear(&l->plain);
	if (crm_str_is(path, "_address")) {
		put_address(l, record, &l->plain);
	} else if (crm_str_is(path, "_country")) {
		struct crm_str c = country_of(record, code);
		if (c.n)
			crm_buf_z(&l->plain, crm_country_at(c)->name);
	} else if (crm_str_is(path, "_given") ||
	    crm_str_is(path, "_family") || crm_str_is(path, "_title")) {
		put_name(record, path, &l->plain);
	} else if (crm_str_is(path, "_phone") ||
	    crm_str_is(path, "_phone_national")) {
		put_phone(record, path.n > 6, &l->plain);
	}
	if (l->plain.n == 0)
		return false;
	crm_buf_clear(&l->quoted);
	crm_json_quote(&l->quoted, crm_buf_view(&l->plain));
	*val = crm_buf_view(&l->quoted);
	return true;
}

void
crm_letter_release(struct crm_letter *l)
{
	crm_buf_release(&l->plain);
	crm_buf_release(&l->quoted);
}
