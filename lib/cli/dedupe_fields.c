/* Which fields crm-dedupe compares. */
#include "cli/dedupe.h"
#include "format/json.h"

static void
put_field(struct crm_dedupe_plan *p, struct crm_str name,
    enum crm_match_kind kind)
{
	crm_grow(&p->field, &p->cap, p->n + 1, sizeof(*p->field));
	p->field[p->n++] = (struct crm_match_field){
		crm_arena_str(&p->mem, name), kind };
}

void
crm_dedupe_plan_release(struct crm_dedupe_plan *p)
{
	free(p->field);
	crm_arena_release(&p->mem);
	memset(p, 0, sizeof(*p));
}

static enum crm_status
rule_field(struct crm_dedupe_plan *p, struct crm_str val, struct crm_err *err)
{
	struct crm_str name, kind;
	struct crm_buf n = { 0 }, k = { 0 };
	enum crm_match_kind what = CRM_MATCH_TEXT;
	enum crm_status st = CRM_OK;
	if (!crm_json_get(val, crm_str_z("field"), &name) ||
	    !crm_json_is_string(name))
		return crm_err_set(err, CRM_USAGE, "match.rules",
		    _("rules: a field without 'field'"));
	crm_json_text(&n, name);
	if (crm_json_get(val, crm_str_z("kind"), &kind)) {
		crm_json_text(&k, kind);
		if (!crm_match_kind_of(crm_buf_view(&k), &what))
			st = crm_err_set(err, CRM_USAGE, "match.kind",
			    _("rules: field '%s': no kind '%s' (given_name, "
			    "family_name, name, organisation, email, phone, "
			    "date, code, street, postcode, city, country or "
			    "text)"), crm_buf_cstr(&n), crm_buf_cstr(&k));
	} else if (!crm_match_guess(crm_buf_view(&n), &what))
		what = CRM_MATCH_TEXT;
	if (st == CRM_OK)
		put_field(p, crm_buf_view(&n), what);
	crm_buf_release(&n);
	crm_buf_release(&k);
	return st;
}

static enum crm_status
rule_threshold(struct crm_dedupe_plan *p, struct crm_str val,
    struct crm_err *err)
{
	char text[32] = "";
	if (crm_json_kind(val) == '0' && val.n < sizeof(text))
		memcpy(text, val.p, val.n);
	p->threshold = text[0] ? strtod(text, NULL) : -1;
	if (p->threshold >= 0 && p->threshold <= 1)
		return CRM_OK;
	return crm_err_set(err, CRM_USAGE, "match.rules",
	    _("rules: 'threshold' is a probability: a number from 0 to 1"));
}

static enum crm_status
read_rules(struct crm_dedupe_plan *p, struct crm_str text, struct crm_err *err)
{
	struct crm_json_obj o = { 0 };
	struct crm_json_limits lim = { .line = 1 << 24 };
	struct crm_str val, key, f;
	enum crm_status st = crm_json_scan(text, &lim, &o, err);
	crm_json_obj_release(&o);
	err->code = CRM_USAGE;	/* not a rejected record */
	if (st)
		return CRM_USAGE;
	if (!crm_json_get(text, crm_str_z("fields"), &val) ||
	    crm_json_kind(val) != '[')
		return crm_err_set(err, CRM_USAGE, "match.rules",
		    _("rules: no list 'fields'"));
	struct crm_json_iter it = crm_json_iter(val);
	while (st == CRM_OK && crm_json_next(&it, &key, &f))
		st = rule_field(p, f, err);
	struct crm_buf b = { 0 };
	if (crm_json_get(text, crm_str_z("source"), &val)) {
		crm_json_text(&b, val);
		p->source = crm_arena_str(&p->mem, crm_buf_view(&b));
	}
	if (crm_json_get(text, crm_str_z("threshold"), &val) &&
	    crm_json_kind(val) != 'n' && !st)
		st = rule_threshold(p, val, err);
	crm_buf_release(&b);
	return st;
}

enum crm_status
crm_dedupe_rules(struct crm_dedupe *d, struct crm_err *err)
{
	struct crm_buf b = CRM_BUF_MAX(1 << 24);
	enum crm_status st;
	if (d->o->rules == NULL)
		return CRM_OK;
	bool read = crm_buf_read_file(&b, d->o->rules) == 0;
	if (read)
		st = read_rules(&d->rules, crm_str_trim(crm_buf_view(&b)), err);
	else
		st = crm_err_sys(err, "match.rules", "%s", d->o->rules);
	if (st && read)
		snprintf(err->source, sizeof(err->source), "%s", d->o->rules);
	crm_buf_release(&b);
	return st;
}

bool
crm_dedupe_of_type(const struct crm_type *t, struct crm_dedupe_plan *p)
{
	static const enum crm_match_kind to[] = { CRM_MATCH_KINDS,
		CRM_MATCH_GIVEN, CRM_MATCH_FAMILY, CRM_MATCH_NAME,
		CRM_MATCH_ORG, CRM_MATCH_EMAIL, CRM_MATCH_PHONE,
		CRM_MATCH_DATE, CRM_MATCH_CODE, CRM_MATCH_STREET,
		CRM_MATCH_POSTCODE, CRM_MATCH_CITY, CRM_MATCH_COUNTRY,
		CRM_MATCH_TEXT };
	p->type = crm_arena_str(&p->mem, t->name);
	for (size_t i = 0; i < t->nfields; i++) {
		const struct crm_field *f = &t->fields[i];
		if (f->match && f->match < CRM_LEN(to) && p->n < 20)
			put_field(p, f->name, to[f->match]);
	}
	return p->n > 0;
}

/* A column whose name says nothing, by what most of its values look like. */
struct column {
	struct crm_str name;
	size_t n, mail, known;
	enum crm_match_kind kind;
};

struct columns {
	struct column c[256];
	size_t n;
	struct crm_arena mem;
};

static struct column *
column_of(struct columns *cs, struct crm_str name)
{
	for (size_t i = 0; i < cs->n; i++)
		if (crm_str_eq(cs->c[i].name, name))
			return &cs->c[i];
	if (cs->n == CRM_LEN(cs->c))
		return NULL;
	struct column *c = &cs->c[cs->n++];
	c->name = crm_arena_str(&cs->mem, name);
	c->known = crm_match_guess(name, &c->kind);
	return c;
}

static void
see(struct columns *cs, struct crm_str name, struct crm_str val)
{
	struct column *c = column_of(cs, name);
	char kind = crm_json_kind(val);
	if (c == NULL || kind == 'n' || kind == 't' || kind == 'f')
		return;
	c->n++;
	c->mail += val.n < 200 && memchr(val.p, '@', val.n) != NULL;
}

static void
see_members(struct columns *cs, struct crm_str line, struct crm_str prefix)
{
	struct crm_json_iter it = crm_json_iter(line);
	struct crm_str key, val;
	char name[256];
	while (crm_json_next(&it, &key, &val)) {
		int n = snprintf(name, sizeof(name), "%.*s%s%.*s",
		    CRM_FMT(prefix), prefix.n ? "." : "", CRM_FMT(key));
		if (n < 0 || (size_t)n >= sizeof(name) || key.n == 0 ||
		    key.p[0] == '_')
			continue;
		struct crm_str full = { name, (size_t)n };
		if (crm_json_kind(val) == '{' && prefix.n == 0)
			see_members(cs, val, key);
		else
			see(cs, full, val);
	}
}

static int
by_name(const void *a, const void *b)
{
	return crm_str_cmp(((const struct column *)a)->name,
	    ((const struct column *)b)->name);
}

void
crm_dedupe_guess(const struct crm_str *line, size_t n,
    struct crm_dedupe_plan *p)
{
	static const char *const tools[] = { "id", "type", "rev", "created",
		"updated", "source", "owner", "tags", "notes" };
	struct columns *cs = crm_calloc(1, sizeof(*cs));
	for (size_t i = 0; i < n; i++)
		see_members(cs, line[i], CRM_STR(""));
	qsort(cs->c, cs->n, sizeof(*cs->c), by_name);
	for (size_t i = 0; i < cs->n; i++) {
		struct column *c = &cs->c[i];
		bool tool = false;
		for (size_t k = 0; k < CRM_LEN(tools); k++)
			tool |= crm_str_is(c->name, tools[k]);
		if (!c->known && c->mail * 2 > c->n && c->mail) {
			c->kind = CRM_MATCH_EMAIL;
			c->known = true;
		}
		if (c->known && !tool && p->n < 20)
			put_field(p, c->name, c->kind);
	}
	crm_arena_release(&cs->mem);
	free(cs);
}
