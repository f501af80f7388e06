/* Cards and calendars: one component after another. */
#include "model/import.h"

#include "format/contentline.h"
#include "model/item.h"

enum { ZONE_MAX = 16 << 10, ZONES_MAX = 64 << 10 };	/* definitions of zones */

struct items {
	struct crm_components parts;
	const struct crm_item_kind *kind;
	struct crm_item_opts opts;
	struct crm_buf before;	/* what stands before the held one */
	struct crm_buf behind;	/* and behind it: zones, journals */
	struct crm_buf held;	/* waits: what follows may belong to it */
	struct crm_buf zones;	/* the calendar's definitions of zones */
	uint64_t line;
	bool have;
};

static void
emit(struct crm_import *im, struct items *s, struct crm_str after)
{
	struct crm_err err = { 0 };
	if (!s->have)
		return;
	s->have = false;
	crm_buf_clear(&im->line);
	s->opts.zones = crm_buf_view(&s->zones);
	enum crm_status st = crm_item_import(s->kind, &s->opts,
	    crm_buf_view(&s->held), crm_buf_view(&s->before), after, im->file,
	    s->line, &im->line, &err);
	crm_buf_clear(&s->before);
	err.line = s->line;
	if (st)
		crm_import_reject(im, &err, crm_buf_view(&s->held));
	else if (!im->sink.record(im->sink.ctx, crm_buf_view(&im->line)))
		im->stopped = true;
}

static bool
wanted(const struct items *s, struct crm_str kind)
{
	if (s->kind == &crm_item_vcard)
		return crm_str_is(kind, "VCARD") || crm_str_is(kind, "vcard");
	return crm_str_is(kind, "VEVENT") || crm_str_is(kind, "VTODO");
}

static enum crm_status
push_items(struct crm_import *im, const struct crm_item_kind *kind,
    const char *inside, struct crm_str text, bool last, struct crm_err *err)
{
	struct items *s = im->state;
	struct crm_component c;
	struct crm_err why = { 0 };
	enum crm_status st;
	(void)err;
	if (!s) {
		s = im->state = crm_zalloc(sizeof(*s));
		s->kind = kind;
		s->opts.zone = im->o.cells.zone;
		s->opts.seen = &im->seen;
		s->parts.inside = inside;
	}
	crm_components_push(&s->parts, text.p, text.n);
	if (last)
		crm_components_end(&s->parts);
	while (!im->stopped &&
	    (st = crm_components_next(&s->parts, &c, &why)) != CRM_NOTFOUND) {
		if (st) {
			crm_import_reject(im, &why, (struct crm_str){ "", 0 });
			continue;
		}
		if (!wanted(s, c.kind)) {	/* a time zone, a journal */
			crm_buf_str(&s->behind, c.before);
			crm_buf_str(&s->behind, c.text);
			if (crm_str_is(c.kind, "VTIMEZONE") &&
			    c.text.n <= ZONE_MAX && s->zones.n + c.text.n < ZONES_MAX)
				crm_buf_str(&s->zones, c.text);
			continue;
		}
		emit(im, s, (struct crm_str){ NULL, 0 });
		crm_buf_str(&s->before, crm_buf_view(&s->behind));
		crm_buf_clear(&s->behind);
		crm_buf_str(&s->before, c.before);
		crm_buf_clear(&s->held);
		crm_buf_str(&s->held, c.text);
		s->line = c.line;
		s->have = true;
	}
	if (last && !im->stopped) {
		crm_buf_str(&s->behind, crm_components_rest(&s->parts));
		emit(im, s, crm_buf_view(&s->behind));
	}
	return CRM_OK;
}

static enum crm_status
push_cards(struct crm_import *im, struct crm_str text, bool last,
    struct crm_err *err)
{
	return push_items(im, &crm_item_vcard, NULL, text, last, err);
}

static enum crm_status
push_calendar(struct crm_import *im, struct crm_str text, bool last,
    struct crm_err *err)
{
	return push_items(im, &crm_item_ical, "VCALENDAR", text, last, err);
}

static void
release(struct crm_import *im)
{
	struct items *s = im->state;
	if (!s)
		return;
	crm_components_release(&s->parts);
	crm_buf_release(&s->before);
	crm_buf_release(&s->behind);
	crm_buf_release(&s->held);
	crm_buf_release(&s->zones);
	free(s);
	im->state = NULL;
}

const struct crm_form crm_form_vcard = { "vcard", push_cards, release };
const struct crm_form crm_form_ics = { "ics", push_calendar, release };
