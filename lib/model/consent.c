#include "model/consent.h"

#include <strings.h>

struct word {			/* the newest in the ledger so far */
	struct crm_consent *c;
	bool any;
	int64_t at, created, expires;	/* INT64_MAX: does not expire */
	uint64_t no;
	enum crm_consent_reason said;	/* YES: granted */
	char basis[64];
};

struct person {
	const struct crm_rec *rec;
	struct crm_rec kept;	/* the stored record, a copy */
	bool stored;
};

const char *
crm_consent_name(enum crm_consent_reason r)
{
	static const char *const names[] = { "", "none", "denied",
		"withdrawn", "expired", "quiet", "weekend", "holiday",
		"suppressed", "no_address" };
	return names[r];
}

static bool
same_word(struct crm_str a, struct crm_str b)
{
	return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

static bool
text_of(const struct crm_rec *r, const char *path, struct crm_str *out)
{
	if (!crm_rec_get(r, crm_str_z(path), out) || !crm_json_is_string(*out))
		return false;
	*out = crm_json_inner(*out);
	return out->n > 0;
}

/* A time, or a date: its beginning, or with `end` its end. */
static bool
when(const struct crm_consent *c, const struct crm_rec *r, const char *path,
    bool end, int64_t *out)
{
	struct crm_str s;
	int32_t day;
	if (!text_of(r, path, &s))
		return false;
	if (crm_time_parse(s, out))
		return true;
	if (!crm_date_parse(s, &day))
		return false;
	*out = crm_zone_midnight(c->zone, day + end);
	return true;
}

/* -- the ledger ------------------------------------------------------------ */

/* A consent that names no purpose or channel speaks of all. */
static bool
speaks_of(const struct crm_rec *r, const char *path, struct crm_str asked)
{
	struct crm_str s;
	return !asked.n || !text_of(r, path, &s) || same_word(s, asked) ||
	    same_word(s, CRM_STR("any"));
}

static bool
is_newer(const struct word *w, int64_t at, int64_t created, uint64_t no)
{
	if (!w->any || at != w->at)
		return !w->any || at > w->at;
	return created != w->created ? created > w->created : no > w->no;
}

static bool
hear(void *arg, const struct crm_rec *r)
{
	struct word *w = arg;
	struct crm_str s;
	int64_t at, created = INT64_MIN;
	if (!speaks_of(r, "purpose", w->c->purpose) ||
	    !speaks_of(r, "channel", w->c->channel))
		return true;
	if (!when(w->c, r, "created", false, &created))
		created = INT64_MIN;
	if (!when(w->c, r, "at", false, &at))
		at = created;
	if (at > w->c->at || !is_newer(w, at, created, r->no))
		return true;
	w->any = true;
	w->at = at;
	w->created = created;
	w->no = r->no;
	if (!when(w->c, r, "expires", true, &w->expires))
		w->expires = INT64_MAX;
	w->said = CRM_CONSENT_DENIED;
	if (text_of(r, "status", &s) && crm_str_is(s, "withdrawn"))
		w->said = CRM_CONSENT_WITHDRAWN;
	else if (text_of(r, "status", &s) && crm_str_is(s, "granted"))
		w->said = CRM_CONSENT_YES;
	if (!text_of(r, "basis", &s))
		s = CRM_STR("consent");
	snprintf(w->basis, sizeof(w->basis), "%.*s", CRM_FMT(s));
	return true;
}

static bool
hear_lead(void *arg, const struct crm_rec *r)
{
	struct crm_consent *c = arg;
	struct crm_str contact;
	if (text_of(r, "converted.contact", &contact)) {
		crm_buf_str(&c->ids, crm_rec_id(r));
		crm_buf_c(&c->ids, '\n');
	}
	return true;
}

/* The ids under which somebody may have spoken, one a line: a contact's own
 * and those of the leads that became it. */
static void
gather_ids(struct crm_consent *c, const struct crm_rec *r)
{
	const struct crm_type *lead = crm_schema_type(c->schema,
	    CRM_STR("lead"));
	struct crm_str id = crm_rec_id(r), contact;
	struct crm_buf key = { 0 };
	crm_buf_clear(&c->ids);
	if (text_of(r, "converted.contact", &contact))
		crm_buf_str(&key, contact);
	else
		crm_buf_str(&key, id);
	crm_buf_str(&c->ids, crm_buf_view(&key));
	crm_buf_c(&c->ids, '\n');
	if (lead)
		c->env->links(c->env->ctx, crm_buf_view(&key), lead, hear_lead,
		    c);
	if (!crm_str_eq(id, crm_buf_view(&key))) {
		crm_buf_str(&c->ids, id);
		crm_buf_c(&c->ids, '\n');
	}
	crm_buf_release(&key);
}

static bool
rule_days(struct crm_str rule, int64_t *days)
{
	struct crm_str v;
	*days = 0;
	if (!crm_json_get(rule, CRM_STR("days"), &v))
		return true;
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9' || *days > 36500)
			return false;
		*days = *days * 10 + (v.p[i] - '0');
	}
	return *days > 0 && *days <= 36500;
}

/* What the rules say of a basis: nothing, no good, or how long it lasts. */
static enum crm_consent_reason
weigh_basis(const struct crm_consent *c, struct word *w)
{
	struct crm_str bases, rule, v;
	int64_t days;
	if (!crm_json_get(crm_buf_view(&c->rules), CRM_STR("bases"), &bases) ||
	    !crm_json_get(bases, crm_str_z(w->basis), &rule))
		return CRM_CONSENT_YES;
	if (crm_json_get(rule, CRM_STR("allow"), &v) && crm_str_is(v, "false"))
		return CRM_CONSENT_DENIED;
	if (w->expires == INT64_MAX && w->at != INT64_MIN &&
	    rule_days(rule, &days) && days)
		w->expires = w->at + days * CRM_DAY;
	return CRM_CONSENT_YES;
}

static enum crm_consent_reason
ask_ledger(struct crm_consent *c, const struct crm_rec *r, int64_t *since)
{
	const struct crm_type *t = crm_schema_type(c->schema,
	    CRM_STR("consent"));
	struct word w = { .c = c };
	struct crm_str rest, id;
	if (!t || crm_rec_id(r).n == 0)
		return CRM_CONSENT_NONE;
	gather_ids(c, r);
	rest = crm_buf_view(&c->ids);
	while (crm_str_split(&rest, '\n', &id))
		if (id.n)
			c->env->links(c->env->ctx, id, t, hear, &w);
	if (!w.any)
		return CRM_CONSENT_NONE;
	*since = w.at;
	if (w.said == CRM_CONSENT_YES)
		w.said = weigh_basis(c, &w);
	if (w.said == CRM_CONSENT_YES && w.expires <= c->at) {
		*since = w.expires;
		return CRM_CONSENT_EXPIRED;
	}
	return w.said;
}

/* -- the person ------------------------------------------------------------ */

/* The stored record, copied: the environment hands out one at a time. */
static void
fetch(struct crm_consent *c, struct person *p)
{
	struct crm_rec r;
	struct crm_str id = crm_rec_id(p->rec);
	if (p->rec->no || !id.n || !c->env->get(c->env->ctx, id, &r) ||
	    !r.line.n)
		return;
	crm_buf_clear(&c->line);
	crm_buf_clear(&c->offs);
	crm_buf_str(&c->line, r.line);
	crm_buf_add(&c->offs, r.off, r.shape->n * (r.wide ? 4 : 2));
	p->kept = r;
	p->kept.line = crm_buf_view(&c->line);
	p->kept.off = (const uint8_t *)c->offs.p;
	p->stored = true;
}

static bool
field(const struct person *p, const char *path, struct crm_str *out)
{
	return crm_rec_get(p->rec, crm_str_z(path), out) ||
	    (p->stored && crm_rec_get(&p->kept, crm_str_z(path), out));
}

static bool
first_of(const struct person *p, const char *list, struct crm_str *out)
{
	struct crm_str val, key;
	if (!field(p, list, &val) || crm_json_kind(val) != '[')
		return false;
	struct crm_json_iter it = crm_json_iter(val);
	return crm_json_next(&it, &key, out) && crm_json_is_string(*out);
}

static bool
is_bounced(const struct crm_rec *r, struct crm_str address)
{
	struct crm_str list, key, val;
	if (!crm_rec_get(r, CRM_STR("bounced"), &list))
		return false;
	if (crm_json_kind(list) != '[')
		return crm_str_is(list, "true");
	struct crm_json_iter it = crm_json_iter(list);
	while (crm_json_next(&it, &key, &val))
		if (same_word(val, address))
			return true;
	return false;
}

/* true, or what other systems write for it. */
static bool
says_yes(struct crm_str v)
{
	static const char *const yes[] = { "true", "yes", "y", "1", "on" };
	if (crm_json_is_string(v))
		v = crm_json_inner(v);
	for (size_t i = 0; i < CRM_LEN(yes); i++)
		if (same_word(v, crm_str_z(yes[i])))
			return true;
	return false;
}

/* "Do not" marks that other systems bring along; any of both records counts. */
static bool
is_marked(const struct crm_rec *r)
{
	static const char *const marks[] = { "suppressed", "do_not_contact",
		"opted_out", "opt_out", "unsubscribed", "restricted" };
	struct crm_str v;
	for (size_t i = 0; i < CRM_LEN(marks); i++)
		if (crm_rec_get(r, crm_str_z(marks[i]), &v) && says_yes(v))
			return true;
	return false;
}

static enum crm_consent_reason
ask_address(const struct crm_consent *c, const struct person *p)
{
	const char *list = crm_consent_list(c->channel);
	struct crm_str v, none = { NULL, 0 }, address = none;
	if (same_word(c->channel, CRM_STR("post")) &&
	    !field(p, "address.street", &v) && !field(p, "address.city", &v) &&
	    !field(p, "address.postal_code", &v))
		return CRM_CONSENT_NO_ADDRESS;
	if (list && !first_of(p, list, &address))
		return CRM_CONSENT_NO_ADDRESS;
	if (is_marked(p->rec) || is_bounced(p->rec, address) || (p->stored &&
	    (is_marked(&p->kept) || is_bounced(&p->kept, address))))
		return CRM_CONSENT_SUPPRESSED;
	if (!c->anyhow && field(p, "preferred_channel", &v) &&
	    crm_json_is_string(v) && v.n > 2 &&
	    !same_word(crm_json_inner(v), c->channel) &&
	    !same_word(crm_json_inner(v), CRM_STR("any")))
		return CRM_CONSENT_DENIED;
	return CRM_CONSENT_YES;
}

/* -- the hour -------------------------------------------------------------- */

static bool
is_open(const struct crm_hours *h, int day)
{
	return h->day[day][0].from < h->day[day][0].to;
}

/* The office in which a person may be met: the channel's hours on the country's
 * working days, or those the person prefers. False where the country has several
 * zones and nothing tells which. */
static bool
office_of(struct crm_consent *c, const struct person *p, struct crm_office *o)
{
	struct crm_str v;
	char code[3];
	const struct crm_rec *place = p->rec;
	struct crm_hours own;
	if (p->stored && !crm_rec_get(place, CRM_STR("timezone"), &v) &&
	    !crm_rec_get(place, CRM_STR("address"), &v))
		place = &p->kept;
	bool wish = field(p, "preferred_hours", &v) && crm_json_is_string(v);
	crm_buf_clear(&c->tmp);
	if (wish)
		crm_json_unescape(&c->tmp, crm_json_inner(v));
	bool one = crm_place_office(place, c->env, c->calendar, o) ||
	    !crm_place_country(place, c->env, code);
	if (!one)
		crm_office_init(o, c->calendar, c->zone, crm_str_z(code));
	else if (!o->calendar)
		crm_office_init(o, c->calendar, c->zone, c->country);
	const struct crm_hours *base = crm_calendar_hours(c->calendar,
	    crm_str_z(o->country));
	if (wish && crm_hours_parse(crm_buf_view(&c->tmp), base, &own,
	    NULL) == CRM_OK) {
		o->hours = own;
		return one;
	}
	o->hours = c->hours;
	for (int d = 0; d < 7; d++)
		if (!c->weekend && !is_open(base, d))
			memset(o->hours.day[d], 0, sizeof(o->hours.day[d]));
	return one;
}

/* The end of the last open span before t: its beginning of the quiet. */
static int64_t
quiet_since(const struct crm_office *o, int64_t t)
{
	int32_t day = crm_zone_day(o->zone, t);
	for (int32_t d = day; d > day - 2; d--) {
		const struct crm_minutes *m = o->hours.day[crm_weekday(d) - 1];
		for (int i = CRM_HOURS_SPANS - 1; i >= 0; i--) {
			int64_t end = crm_zone_utc(o->zone, d * CRM_DAY +
			    m[i].to * 60 * CRM_SECOND);
			if (m[i].from < m[i].to && end <= t)
				return end;
		}
	}
	return crm_zone_midnight(o->zone, day);
}

static enum crm_consent_reason
ask_office(struct crm_consent *c, const struct crm_office *office,
    int64_t *since)
{
	struct crm_office o = *office;
	enum crm_office_state st = crm_office_state(&o, c->at);
	if (st == CRM_OFFICE_OPEN)
		return CRM_CONSENT_YES;
	int32_t day = crm_zone_day(o.zone, c->at);
	const struct crm_hours *base = crm_calendar_hours(c->calendar,
	    crm_str_z(o.country));
	/* a working day on which nobody wants to be called is no weekend */
	if (st == CRM_OFFICE_WEEKEND && is_open(base, crm_weekday(day) - 1))
		st = CRM_OFFICE_QUIET;
	if (st == CRM_OFFICE_QUIET) {
		*since = quiet_since(&o, c->at);
		return CRM_CONSENT_QUIET;
	}
	for (int32_t first = day - 30; day > first && crm_office_state(&o,
	    crm_zone_midnight(o.zone, day - 1) + CRM_DAY / 2) == st; day--)
		;
	*since = crm_zone_midnight(o.zone, day);
	return st == CRM_OFFICE_WEEKEND ? CRM_CONSENT_WEEKEND :
	    CRM_CONSENT_HOLIDAY;
}

/* Where one of several zones cannot be told, it has to be the hour in all. */
static enum crm_consent_reason
ask_hour(struct crm_consent *c, const struct person *p, int64_t *since)
{
	struct crm_office o = { 0 };
	if (office_of(c, p, &o))
		return ask_office(c, &o, since);
	if (strcmp(c->many, o.country) != 0)
		c->nzones = crm_zones_of_country(crm_str_z(o.country),
		    c->zones, CRM_LEN(c->zones));
	memcpy(c->many, o.country, sizeof(c->many));
	enum crm_consent_reason r = CRM_CONSENT_YES;
	for (size_t i = 0; i < c->nzones && r == CRM_CONSENT_YES; i++) {
		o.zone = c->zones[i];
		r = ask_office(c, &o, since);
	}
	return c->nzones ? r : ask_office(c, &o, since);
}

enum crm_consent_reason
crm_consent_word(struct crm_consent *c, const struct crm_rec *rec,
    int64_t *since)
{
	struct person p = { .rec = rec };
	*since = INT64_MIN;
	fetch(c, &p);
	return ask_ledger(c, p.stored ? &p.kept : rec, since);
}

enum crm_consent_reason
crm_consent_ask(struct crm_consent *c, const struct crm_rec *rec,
    int64_t *since)
{
	struct person p = { .rec = rec };
	*since = INT64_MIN;
	fetch(c, &p);
	enum crm_consent_reason r = ask_ledger(c, p.stored ? &p.kept : rec,
	    since);
	if (r != CRM_CONSENT_YES)
		return r;
	*since = INT64_MIN;
	r = ask_address(c, &p);
	return r != CRM_CONSENT_YES ? r : ask_hour(c, &p, since);
}

void
crm_consent_release(struct crm_consent *c)
{
	crm_calendar_free(c->calendar);
	crm_buf_release(&c->rules);
	crm_buf_release(&c->line);
	crm_buf_release(&c->offs);
	crm_buf_release(&c->ids);
	crm_buf_release(&c->tmp);
}
