#include "model/card.h"

#include <strings.h>

#include "base/time.h"
#include "format/contentline.h"
#include "format/json.h"
#include "model/props.h"

static const struct {
	const char *property, *field;
} table[] = {
	{ "FN", "name" }, { "N", "name" }, { "EMAIL", "emails" },
	{ "TEL", "phones" }, { "ORG", "company" }, { "TITLE", "title" },
	{ "NICKNAME", "nickname" }, { "NOTE", "notes" }, { "UID", "ext" },
	{ "URL", "website" }, { "BDAY", "birthday" }, { "GENDER", "gender" },
	{ "LANG", "language" }, { "TZ", "timezone" }, { "ADR", "address" },
	{ "CATEGORIES", "tags" }, { "KIND", "type" }, { "MEMBER", "members" },
	{ "X-ADDRESSBOOKSERVER-KIND", "type" },
};

const char *
crm_card_field(struct crm_str property)
{
	for (size_t i = 0; i < CRM_LEN(table); i++)
		if (property.n == strlen(table[i].property) &&
		    !strncasecmp(property.p, table[i].property, property.n))
			return table[i].field;
	return NULL;
}

struct writer {
	int version;
	struct crm_props p;
};

static void
structured(struct writer *w, const char *property, const char *const *paths,
    size_t n)
{
	size_t from = w->p.out->n, filled = 0;
	crm_buf_printf(w->p.out, "%s:", property);
	for (size_t i = 0; i < n; i++) {
		struct crm_str s = paths[i] ? crm_props_field(&w->p, paths[i]) :
		    (struct crm_str){ NULL, 0 };
		if (i)
			crm_buf_c(w->p.out, ';');
		crm_cline_escape(w->p.out, s);
		filled += s.n;
	}
	if (filled)
		crm_cline_fold(w->p.out, from);
	else
		w->p.out->n = from;
}

static void
types(struct writer *w, struct crm_str value, bool first, bool several)
{
	struct crm_str labels, label;
	struct crm_buf l = { 0 };
	bool v4 = w->version == CRM_CARD_4;
	if (crm_json_get(w->p.rec, CRM_STR("labels"), &labels) &&
	    crm_json_get(labels, value, &label))
		crm_json_text(&l, label);
	struct crm_str s = crm_buf_view(&l);
	if (crm_str_is(s, "mobile"))
		s = CRM_STR("cell");
	if (s.n) {
		crm_buf_z(w->p.out, ";TYPE=");
		crm_cline_put_param(w->p.out, s);
	}
	if (first && several)
		crm_buf_z(w->p.out, v4 ? ";PREF=1" : s.n ? ",pref" :
		    ";TYPE=pref");
	crm_buf_release(&l);
}

static void
list(struct writer *w, const char *property, const char *path,
    const char *prefix)
{
	struct crm_str val, key, one;
	if (!crm_json_get(w->p.rec, crm_str_z(path), &val) ||
	    crm_json_kind(val) != '[')
		return;
	size_t n = crm_json_count(val), i = 0;
	struct crm_json_iter it = crm_json_iter(val);
	while (crm_json_next(&it, &key, &one)) {
		size_t from = w->p.out->n;
		crm_buf_clear(&w->p.tmp);
		crm_json_text(&w->p.tmp, one);
		struct crm_str s = crm_buf_view(&w->p.tmp);
		crm_buf_z(w->p.out, property);
		types(w, s, i++ == 0, n > 1);
		crm_buf_c(w->p.out, ':');
		if (*prefix && crm_str_starts(s, CRM_STR("ext.vcard:")))
			s = crm_str_sub(s, 10, s.n);
		crm_buf_z(w->p.out, prefix);
		crm_cline_escape(w->p.out, s);
		crm_cline_fold(w->p.out, from);
	}
}

static void
birthday(struct writer *w)
{
	struct crm_str s = crm_props_field(&w->p, "birthday");
	size_t from = w->p.out->n;
	if (!s.n)
		return;
	crm_buf_z(w->p.out, "BDAY:");
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '-' || i < 2 || w->version == CRM_CARD_3)
			crm_buf_c(w->p.out, s.p[i]);
	crm_cline_fold(w->p.out, from);
}

/* FN is never missing; a person's N neither. */
static void
names(struct writer *w)
{
	static const char *const person[] = { "family_name", "given_name",
		NULL, NULL, NULL };
	size_t from = w->p.out->n;
	crm_buf_z(w->p.out, "FN:");
	static const char *const paths[] = { "name", "company", "emails",
		"id" };
	struct crm_str s = { NULL, 0 };
	for (size_t i = 0; !s.n && i < CRM_LEN(paths); i++)
		s = crm_props_field(&w->p, paths[i]);
	crm_cline_escape(w->p.out, s);
	crm_cline_fold(w->p.out, from);
	from = w->p.out->n;
	structured(w, "N", person, 5);
	if (w->p.out->n == from && w->version == CRM_CARD_3) {
		crm_buf_z(w->p.out, "N:");
		crm_cline_escape(w->p.out, crm_props_field(&w->p, "name"));
		crm_buf_z(w->p.out, ";;;;");
		crm_cline_fold(w->p.out, from);
	}
}

static void
kind(struct writer *w)
{
	struct crm_str t = crm_props_field(&w->p, "type");
	const char *k = crm_str_is(t, "account") ? "org" :
	    crm_str_is(t, "list") ? "group" : NULL;
	if (k)
		crm_buf_printf(w->p.out, "%s:%s\r\n", w->version == CRM_CARD_4 ?
		    "KIND" : "X-ADDRESSBOOKSERVER-KIND", k);
}

static void
uid(struct writer *w)
{
	struct crm_str s = crm_props_field(&w->p, "ext.vcard");
	if (!s.n)
		s = crm_props_field(&w->p, "id");
	size_t from = w->p.out->n;
	if (!s.n)
		return;
	crm_buf_z(w->p.out, "UID:");
	crm_cline_escape(w->p.out, s);
	crm_cline_fold(w->p.out, from);
}

static void
write_field(struct writer *w, const char *f)
{
	static const char *const adr[] = { NULL, NULL, "address.street",
		"address.city", "address.region", "address.postal_code",
		"address.country" };
	static const char *const org[] = { "company" };
	if (!strcmp(f, "name"))
		names(w);
	else if (!strcmp(f, "emails"))
		list(w, "EMAIL", "emails", "");
	else if (!strcmp(f, "phones"))
		list(w, "TEL", "phones", "");
	else if (!strcmp(f, "members"))
		list(w, "MEMBER", "members", "urn:uuid:");
	else if (!strcmp(f, "company"))
		structured(w, "ORG", org, 1);
	else if (!strcmp(f, "address"))
		structured(w, "ADR", adr, 7);
	else if (!strcmp(f, "birthday"))
		birthday(w);
	else if (!strcmp(f, "tags"))
		crm_props_list(&w->p, "CATEGORIES", "tags");
	else if (!strcmp(f, "type"))
		kind(w);
	else if (!strcmp(f, "ext"))
		uid(w);
	else if (w->version == CRM_CARD_4 || (strcmp(f, "gender") &&
	    strcmp(f, "language")))
		for (size_t i = 0; i < CRM_LEN(table); i++)
			if (!strcmp(table[i].field, f))
				crm_props_text(&w->p, table[i].property, f);
}

static void
revision(struct writer *w)
{
	struct crm_str s = crm_props_field(&w->p, "updated");
	int64_t t;
	if (!s.n || !crm_time_parse(s, &t))
		return;
	crm_buf_z(w->p.out, "REV:");
	for (size_t i = 0; i < s.n && s.p[i] != '.' && s.p[i] != 'Z'; i++)
		if (w->version == CRM_CARD_3 ||
		    (s.p[i] != '-' && s.p[i] != ':'))
			crm_buf_c(w->p.out, s.p[i]);
	crm_buf_z(w->p.out, "Z\r\n");
}

void
crm_card_write(struct crm_str line, int version, const char *only,
    struct crm_buf *out)
{
	static const char *const order[] = { "type", "ext", "name", "nickname",
		"company", "title", "emails", "phones", "address", "website",
		"birthday", "gender", "language", "timezone", "tags",
		"members", "notes" };
	struct writer w = { .p.rec = line, .version = version, .p.out = out };
	if (!only)
		crm_buf_printf(out, "BEGIN:VCARD\r\nVERSION:%s\r\n",
		    version == CRM_CARD_4 ? "4.0" : "3.0");
	for (size_t i = 0; i < CRM_LEN(order); i++)
		if (!only || !strcmp(only, order[i]))
			write_field(&w, order[i]);
	if (!only) {
		revision(&w);
		crm_buf_z(out, "END:VCARD\r\n");
	}
	crm_props_release(&w.p);
}
