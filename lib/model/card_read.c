#include "model/card.h"

#include <strings.h>

#include "base/time.h"
#include "format/contentline.h"
#include "format/json.h"
#include "model/norm_iso.h"

struct entry {
	struct crm_str value, label;
	int pref;		/* 1 best .. 100, 101 none */
};

struct entries {
	struct entry *e;
	size_t n, cap;
};

struct card {
	struct crm_arena mem;
	struct crm_str type, name, given, family, company, title, birthday,
	    gender, language, zone, notes, uid, nickname, website;
	struct crm_str adr[7];
	struct entries emails, phones, members;
	struct crm_buf tags;
	/* labels of groups: item1.X-ABLabel */
	struct entries groups;
};

static struct crm_str
text(struct card *c, struct crm_str escaped)
{
	struct crm_buf b = { 0 };
	crm_cline_unescape(&b, escaped);
	struct crm_str s = crm_arena_str(&c->mem, crm_buf_view(&b));
	crm_buf_release(&b);
	return s;
}

static void
once(struct card *c, struct crm_str *to, struct crm_str escaped)
{
	if (!to->n)
		*to = text(c, escaped);
}

static bool
eq(struct crm_str a, const char *z)
{
	return a.n == strlen(z) && !strncasecmp(a.p, z, a.n);
}

/* What TYPE says of a number's or address's use. */
static struct crm_str
label_of(const struct crm_cline *l)
{
	static const struct {
		const char *type, *label;
	} words[] = { { "cell", "mobile" }, { "fax", "fax" },
		{ "pager", "pager" }, { "work", "work" }, { "home", "home" },
		{ "main", "main" }, { "other", "other" } };
	for (size_t i = 0; i < CRM_LEN(words); i++)
		if (crm_cline_has(l, "TYPE", words[i].type))
			return crm_str_z(words[i].label);
	return (struct crm_str){ NULL, 0 };
}

static int
pref_of(const struct crm_cline *l)
{
	struct crm_str p = crm_cline_param(l, "PREF");
	int v = 0;
	for (size_t i = 0; i < p.n && i < 3; i++)
		v = v * 10 + (p.p[i] >= '0' && p.p[i] <= '9' ? p.p[i] - '0' : 9);
	if (v)
		return v;
	return crm_cline_has(l, "TYPE", "pref") ? 1 : 101;
}

static void
add(struct entries *list, struct crm_str value, struct crm_str label, int pref)
{
	if (!value.n)
		return;
	for (size_t i = 0; i < list->n; i++)
		if (crm_str_eq(list->e[i].value, value))
			return;
	crm_grow(&list->e, &list->cap, list->n + 1, sizeof(*list->e));
	size_t at = list->n++;
	for (; at > 0 && list->e[at - 1].pref > pref; at--)
		list->e[at] = list->e[at - 1];
	list->e[at] = (struct entry){ value, label, pref };
}

static struct crm_str
without_scheme(struct crm_str s, const char *scheme)
{
	size_t n = strlen(scheme);
	if (s.n > n && !strncasecmp(s.p, scheme, n))
		return crm_str_sub(s, n, s.n);
	return s;
}

/* 19850412, 1985-04-12, --0412, 1985-04-12T... to a birthday of ours; omit: the
 * year that Apple writes where there is none (1604). */
static struct crm_str
birthday(struct card *c, struct crm_str s, struct crm_str omit)
{
	char d[8], z[16];
	size_t n = 0;
	bool no_year = crm_str_starts(s, CRM_STR("--"));
	for (size_t i = 0; i < s.n && n < 8 && s.p[i] != 'T'; i++)
		if (s.p[i] >= '0' && s.p[i] <= '9')
			d[n++] = s.p[i];
	struct crm_ymd y;
	if (no_year && n == 4)
		snprintf(z, sizeof(z), "--%.2s-%.2s", d, d + 2);
	else if (n == 8 && omit.n == 4 && !memcmp(d, omit.p, 4))
		snprintf(z, sizeof(z), "--%.2s-%.2s", d + 4, d + 6);
	else if (n == 8)
		snprintf(z, sizeof(z), "%.4s-%.2s-%.2s", d, d + 4, d + 6);
	else
		return (struct crm_str){ NULL, 0 };
	if (!crm_birthday_parse(crm_str_z(z), &y))
		return (struct crm_str){ NULL, 0 };
	return crm_arena_str(&c->mem, crm_str_z(z));
}

static void
parts(struct card *c, struct crm_str value, struct crm_str *to, size_t n)
{
	struct crm_str part;
	for (size_t i = 0; i < n && crm_cline_split(&value, ';', &part); i++)
		once(c, &to[i], part);
}

static void
categories(struct card *c, struct crm_str value)
{
	struct crm_str part;
	while (crm_cline_split(&value, ',', &part)) {
		struct crm_str s = crm_str_trim(text(c, part));
		if (!s.n)
			continue;
		if (c->tags.n)
			crm_buf_c(&c->tags, ',');
		crm_json_quote(&c->tags, s);
	}
}

/* A second name in another script (ALTID, LANGUAGE) stays in raw. */
static void
take_line(struct card *c, const struct crm_cline *l)
{
	struct crm_str v = l->value, label = label_of(l), name[5] = { 0 };
	for (size_t i = 0; l->group.n && !label.n && i < c->groups.n; i++)
		if (crm_str_eq(c->groups.e[i].value, l->group))
			label = c->groups.e[i].label;
	if (crm_cline_is(l, "FN"))
		once(c, &c->name, v);
	else if (crm_cline_is(l, "N") && !c->family.n && !c->given.n) {
		parts(c, v, name, 5);
		c->family = name[0];
		c->given = name[1];
	} else if (crm_cline_is(l, "EMAIL"))
		add(&c->emails, crm_str_trim(without_scheme(text(c, v),
		    "mailto:")), label, pref_of(l));
	else if (crm_cline_is(l, "TEL"))
		add(&c->phones, crm_str_trim(without_scheme(text(c, v),
		    "tel:")), label, pref_of(l));
	else if (crm_cline_is(l, "ORG"))
		parts(c, v, &c->company, 1);
	else if (crm_cline_is(l, "TITLE"))
		once(c, &c->title, v);
	else if (crm_cline_is(l, "NICKNAME"))
		once(c, &c->nickname, v);
	else if (crm_cline_is(l, "NOTE"))
		once(c, &c->notes, v);
	else if (crm_cline_is(l, "UID"))
		c->uid = crm_arena_str(&c->mem, without_scheme(text(c, v),
		    "urn:uuid:"));
	else if (crm_cline_is(l, "URL"))
		once(c, &c->website, v);
	else if (crm_cline_is(l, "BDAY") && !c->birthday.n &&
	    !crm_cline_has(l, "VALUE", "text"))
		c->birthday = birthday(c, v, crm_cline_param(l,
		    "X-APPLE-OMIT-YEAR"));
	else if (crm_cline_is(l, "GENDER"))
		parts(c, v, &c->gender, 1);
	else if (crm_cline_is(l, "LANG"))
		once(c, &c->language, v);
	else if (crm_cline_is(l, "TZ") && crm_str_chr(v, '/') < v.n)
		once(c, &c->zone, v);
	else if (crm_cline_is(l, "ADR") && !c->adr[2].n && !c->adr[3].n)
		parts(c, v, c->adr, 7);
	else if (crm_cline_is(l, "CATEGORIES"))
		categories(c, v);
	else if (crm_cline_is(l, "MEMBER"))
		add(&c->members, without_scheme(text(c, v), "urn:uuid:"),
		    label, 101);
	else if (crm_cline_is(l, "KIND") ||
	    crm_cline_is(l, "X-ADDRESSBOOKSERVER-KIND"))
		c->type = eq(v, "org") ? CRM_STR("account") :
		    eq(v, "group") ? CRM_STR("list") : CRM_STR("contact");
}

/* Apple writes _$!<Work>!$_ for its own words. */
static void
group_label(struct card *c, const struct crm_cline *l)
{
	if (!l->group.n || !crm_cline_is(l, "X-ABLABEL"))
		return;
	struct crm_str s = text(c, l->value);
	if (crm_str_starts(s, CRM_STR("_$!<")) &&
	    crm_str_ends(s, CRM_STR(">!$_")))
		s = crm_str_sub(s, 4, s.n - 8);
	struct crm_buf b = { 0 };
	for (size_t i = 0; i < s.n; i++)
		crm_buf_c(&b, (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ?
		    s.p[i] + 32 : s.p[i]));
	struct crm_str key = crm_arena_str(&c->mem, l->group);
	add(&c->groups, key, crm_arena_str(&c->mem, crm_buf_view(&b)), 101);
	crm_buf_release(&b);
}

static void
put(struct crm_buf *b, const char *key, struct crm_str s)
{
	if (s.n)
		crm_json_add_str(b, key, s);
}

static void
put_list(struct crm_buf *b, const char *key, const struct entries *list,
    const char *prefix)
{
	struct crm_buf one = { 0 };
	if (!list->n)
		return;
	crm_json_key(b, key);
	crm_buf_c(b, '[');
	for (size_t i = 0; i < list->n; i++) {
		crm_buf_clear(&one);
		crm_buf_z(&one, prefix);
		crm_buf_str(&one, list->e[i].value);
		crm_json_comma(b);
		crm_json_quote(b, crm_buf_view(&one));
	}
	crm_buf_c(b, ']');
	crm_buf_release(&one);
}

static bool
is_among(const struct entries *list, struct crm_str value)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->e[i].label.n && crm_str_eq(list->e[i].value, value))
			return true;
	return false;
}

static void
put_labels(struct crm_buf *b, const struct card *c)
{
	const struct entries *lists[] = { &c->emails, &c->phones };
	bool open = false;
	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < lists[k]->n; i++) {
			/* what is address and number at once has one label */
			if (!lists[k]->e[i].label.n || (k &&
			    is_among(&c->emails, lists[k]->e[i].value)))
				continue;
			if (!open) {
				crm_json_key(b, "labels");
				crm_buf_c(b, '{');
			}
			open = true;
			crm_json_comma(b);
			crm_json_quote(b, lists[k]->e[i].value);
			crm_buf_c(b, ':');
			crm_json_quote(b, lists[k]->e[i].label);
		}
	}
	if (open)
		crm_buf_c(b, '}');
}

static void
put_address(struct crm_buf *b, struct card *c)
{
	char code[3];
	struct crm_buf street = { 0 };
	static const size_t order[] = { 0, 1, 2 };	/* box, extension, street */
	for (size_t i = 0; i < 3; i++) {
		struct crm_str s = c->adr[order[i]];
		if (s.n && street.n)
			crm_buf_c(&street, '\n');
		crm_buf_str(&street, s);
	}
	bool country = crm_country_key(c->adr[6], code);
	if (street.n || c->adr[3].n || c->adr[4].n || c->adr[5].n || country) {
		crm_json_key(b, "address");
		crm_buf_c(b, '{');
		put(b, "street", crm_buf_view(&street));
		put(b, "city", c->adr[3]);
		put(b, "region", c->adr[4]);
		put(b, "postal_code", c->adr[5]);
		if (country)
			put(b, "country", crm_str_z(code));
		crm_buf_c(b, '}');
	}
	crm_buf_release(&street);
}

static void
print(struct card *c, struct crm_buf *b)
{
	bool person = crm_str_is(c->type, "contact");
	char tag[36];
	crm_buf_c(b, '{');
	put(b, "type", c->type);
	put(b, "name", c->name);
	if (person) {
		put(b, "given_name", c->given);
		put(b, "family_name", c->family);
	}
	put_list(b, "emails", &c->emails, "");
	put_list(b, "phones", &c->phones, "");
	put_list(b, "members", &c->members, "ext.vcard:");
	put_labels(b, c);
	if (person)
		put(b, "title", c->title);
	put_address(b, c);
	put(b, "birthday", c->birthday);
	put(b, "gender", c->gender);
	if (c->language.n && crm_language_key(c->language, tag))
		put(b, "language", crm_str_z(tag));
	put(b, "timezone", c->zone);
	if (c->tags.n) {
		crm_json_key(b, "tags");
		crm_buf_printf(b, "[%.*s]", CRM_FMT(crm_buf_view(&c->tags)));
	}
	put(b, "notes", c->notes);
	if (c->uid.n) {
		crm_json_key(b, "ext");
		crm_buf_c(b, '{');
		put(b, "vcard", c->uid);
		crm_buf_c(b, '}');
	}
	if (person) {
		put(b, "company", c->company);
		put(b, "nickname", c->nickname);
	}
	put(b, "website", c->website);
	crm_buf_c(b, '}');
}

enum crm_status
crm_card_read(struct crm_str card, struct crm_buf *line, struct crm_err *err)
{
	struct card c = { .type = CRM_STR("contact") };
	struct crm_cline *l = crm_alloc(sizeof(*l));
	enum crm_status st = CRM_OK;
	for (int pass = 0; !st && pass < 2; pass++) {
		struct crm_str rest = card;
		while (!(st = crm_cline_next(&rest, &c.mem, l, err)))
			if (pass == 0)
				group_label(&c, l);
			else
				take_line(&c, l);
		st = st == CRM_NOTFOUND ? CRM_OK : st;
	}
	if (!c.name.n && (c.given.n || c.family.n)) {
		struct crm_buf b = { 0 };
		crm_buf_printf(&b, "%.*s%s%.*s", CRM_FMT(c.given),
		    c.given.n && c.family.n ? " " : "", CRM_FMT(c.family));
		c.name = crm_arena_str(&c.mem, crm_buf_view(&b));
		crm_buf_release(&b);
	}
	if (!c.name.n)
		c.name = c.company;
	if (!st && !c.name.n && !c.emails.n && !c.phones.n)
		st = crm_err_set(err, CRM_INVALID, "card.empty",
		    _("a card without a name, an address or a number"));
	if (!st)
		print(&c, line);
	free(l);
	free(c.emails.e);
	free(c.phones.e);
	free(c.members.e);
	free(c.groups.e);
	crm_buf_release(&c.tags);
	crm_arena_release(&c.mem);
	return st;
}

int
crm_card_version(struct crm_str card)
{
	const char *v = card.n ? memmem(card.p, card.n, "VERSION:4", 9) : NULL;
	return v ? CRM_CARD_4 : CRM_CARD_3;
}
