/* Dates: those that cannot be, and records that have grown old. */
#include "base/zone.h"
#include "model/check_impl.h"

static const struct crm_str none;

/* Fields that tell of the past. */
static bool
is_past(const struct crm_rec *r, struct crm_str path)
{
	static const char past[] = "|birthday|created|updated|opened|closed"
	    "|solved|first_reply|paid_at|stage_since|stages.at|statuses.at|";
	static const char events[] = "|purchase|points|survey|consent|member|";
	char key[64];
	int n = snprintf(key, sizeof(key), "|%.*s|", CRM_FMT(path));
	if (n >= (int)sizeof(key))
		return false;
	if (strstr(past, key))
		return true;
	snprintf(key, sizeof(key), "|%.*s|", CRM_FMT(r->type->name));
	return crm_str_is(path, "at") && strstr(events, key);
}

static bool
to_day(struct crm_check *c, struct crm_str text, int32_t *day, int64_t *at)
{
	struct crm_ymd b;
	if (crm_time_parse(text, at)) {
		*day = crm_zone_day(c->clock.zone, *at);
		return true;
	}
	if (crm_date_parse(text, day)) {
		*at = crm_zone_midnight(c->clock.zone, *day);
		return true;
	}
	if (!crm_birthday_parse(text, &b) || b.y == 0)
		return false;
	*day = crm_ymd_day(b);
	*at = crm_zone_midnight(c->clock.zone, *day);
	return true;
}

void
check_day(struct crm_check *c, const struct crm_field *f,
    struct crm_str path, struct crm_str text)
{
	int32_t day, today = crm_zone_day(c->clock.zone, c->clock.now);
	int64_t at;
	if (!to_day(c, text, &day, &at))
		return;
	/* five minutes of grace for clocks that differ */
	if (at > c->clock.now + 300 * CRM_SECOND && day >= today &&
	    is_past(c->impl->rec, path))
		check_tell_value(c, CRM_RULE_DATE_FUTURE, path, none,
		    _("in the future"), text);
	struct crm_ymd d = crm_day_ymd(day), t = crm_day_ymd(today);
	bool born = f->kind == CRM_K_BIRTHDAY;
	if ((born && (t.y - d.y > 120 || (d.y == 1900 && d.m == 1 &&
	    d.d == 1))) || (!born && (d.y < 1970 || d.y > t.y + 100)))
		check_tell_value(c, CRM_RULE_DATE_IMPLAUSIBLE, path, none,
		    _("hardly meant"), text);
}

bool
check_instant(struct crm_check *c, const char *field, int64_t *out)
{
	struct crm_str val;
	int32_t day;
	return crm_rec_get(c->impl->rec, crm_str_z(field), &val) &&
	    crm_json_is_string(val) &&
	    to_day(c, crm_json_inner(val), &day, out);
}

static const char pairs[][2][16] = { { "start", "end" },
	{ "issued", "due" }, { "opened", "closed" }, { "opened", "solved" },
	{ "opened", "first_reply" }, { "since", "until" },
	{ "at", "expires" } };

/* Which pairs the record has: asked once a shape. */
static unsigned
pairs_of(struct crm_check_impl *m)
{
	const struct crm_shape *s = m->rec->shape;
	if (m->pairs_shape == s)
		return m->pairs;
	m->pairs_shape = s;
	m->pairs = 0;
	for (size_t i = 0; i < CRM_LEN(pairs); i++)
		if (crm_shape_slot(s, crm_str_z(pairs[i][0])) >= 0 &&
		    crm_shape_slot(s, crm_str_z(pairs[i][1])) >= 0)
			m->pairs |= 1u << i;
	return m->pairs;
}

void
check_dates(struct crm_check *c)
{
	unsigned has = pairs_of(c->impl);
	for (size_t i = 0; i < CRM_LEN(pairs); i++) {
		int64_t from, to;
		if ((has >> i & 1) &&
		    check_instant(c, pairs[i][0], &from) &&
		    check_instant(c, pairs[i][1], &to) && to < from)
			check_tell(c, CRM_RULE_DATE_ORDER,
			    crm_str_z(pairs[i][1]), none,
			    _("'%s' lies before '%s'"), pairs[i][1],
			    pairs[i][0]);
	}
}

void
check_age(struct crm_check *c)
{
	struct crm_check_impl *m = c->impl;
	struct crm_str type = m->rec->type->name;
	bool person = crm_str_is(type, "contact") || crm_str_is(type, "lead");
	bool ruled = m->nretain && check_on(c, CRM_RULE_RETENTION_OVERDUE) &&
	    check_retention(c);
	int64_t last;
	if (!check_instant(c, "updated", &last) &&
	    !check_instant(c, "created", &last))
		return;
	int64_t days = last < c->clock.now ? (c->clock.now - last) / CRM_DAY :
	    0;
	m->table->dated++;
	m->table->fresh += days <= m->now->stale_days;
	if (!person && !crm_str_is(type, "account") &&
	    !crm_str_is(type, "deal"))
		return;
	if (days > m->now->stale_days)
		check_tell(c, CRM_RULE_STALE, none, none,
		    _("not changed for %" PRId64 " days"), days);
	if (person && !ruled && days > m->now->retention_days)
		check_tell(c, CRM_RULE_RETENTION_OVERDUE, none, none,
		    _("personal data not touched for %" PRId64 " days; the "
		    "limit is %" PRId64), days, m->now->retention_days);
}
