#include "model/item.h"

#include <strings.h>

#include "format/contentline.h"
#include "format/json.h"
#include "model/card.h"
#include "model/ical_time.h"

static enum crm_status
read_card(const struct crm_item_opts *o, struct crm_str text,
    struct crm_buf *line, struct crm_err *err)
{
	(void)o;
	return crm_card_read(text, line, err);
}

static enum crm_status
write_card(const struct crm_item_opts *o, struct crm_str line,
    struct crm_str kept, const char *only, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_str type;
	bool fits = crm_json_get(line, CRM_STR("type"), &type) &&
	    (crm_str_is(type, "\"contact\"") || crm_str_is(type, "\"lead\"") ||
	    crm_str_is(type, "\"account\"") || crm_str_is(type, "\"list\""));
	if (!fits)
		return crm_err_set(err, CRM_INVALID, "export.type",
		    _("only contacts, leads, accounts and lists are cards"));
	int v = kept.n ? crm_card_version(kept) : o->version ? o->version :
	    CRM_CARD_4;
	crm_card_write(line, v, only, out);
	return CRM_OK;
}

const struct crm_item_kind crm_item_vcard = { { "vcard", 5 }, read_card,
	write_card, crm_card_field, { "", 0 }, { "", 0 } };

/* Members that a field's lines depend on. */
static bool
same_field(struct crm_str a, struct crm_str b, const char *field)
{
	static const struct {
		const char *field, *also;
	} more[] = { { "name", "given_name" }, { "name", "family_name" },
		{ "emails", "labels" }, { "phones", "labels" },
		{ "at", "duration" }, { "due", "done" } };
	struct crm_str x, y;
	bool hx = crm_json_get(a, crm_str_z(field), &x);
	bool hy = crm_json_get(b, crm_str_z(field), &y);
	if (!strcmp(field, "ext"))	/* other systems' ids are not ours */
		return true;
	if (hx != hy || (hx && !crm_str_eq(x, y)))
		return false;
	for (size_t i = 0; i < CRM_LEN(more); i++)
		if (!strcmp(more[i].field, field) &&
		    !same_field(a, b, more[i].also))
			return false;
	return true;
}

static bool
all_same(const struct crm_item_kind *k, struct crm_str kept,
    struct crm_str now)
{
	struct crm_json_iter it = crm_json_iter(kept);
	struct crm_str key, val;
	bool same = true;
	while (same && crm_json_next(&it, &key, &val)) {
		char z[64];
		snprintf(z, sizeof(z), "%.*s", CRM_FMT(key));
		same = same_field(kept, now, z);
	}
	/* fields that the text could hold and has not */
	static const char *const props[] = { "EMAIL", "TEL", "ORG", "TITLE",
		"NICKNAME", "NOTE", "URL", "BDAY", "GENDER", "LANG", "TZ",
		"ADR", "CATEGORIES", "SUMMARY", "DESCRIPTION", "DTSTART",
		"DUE", "COMPLETED", "LOCATION", "STATUS", "RRULE", "EXDATE" };
	for (size_t i = 0; same && i < CRM_LEN(props); i++) {
		const char *f = k->field(crm_str_z(props[i]));
		same = !f || same_field(kept, now, f);
	}
	return same;
}

/* The kept text with the lines of changed fields written anew. */
static enum crm_status
rewrite(const struct crm_item_kind *k, const struct crm_item_opts *o,
    struct crm_str line, struct crm_str kept_line, struct crm_str text,
    struct crm_buf *out, struct crm_err *err)
{
	struct crm_arena mem = { 0 };
	struct crm_cline *l = crm_alloc(sizeof(*l));
	const char *done[64];
	size_t ndone = 0;
	struct crm_str rest = text;
	unsigned depth = 0;
	enum crm_status st = CRM_OK;
	while (!st && crm_cline_next(&rest, &mem, l, NULL) != CRM_NOTFOUND) {
		const char *f = depth == 1 ? k->field(l->name) : NULL;
		bool end = depth == 1 && crm_cline_is(l, "END");
		depth += crm_cline_is(l, "BEGIN");
		depth -= crm_cline_is(l, "END") && depth;
		struct crm_json_iter it = crm_json_iter(line);
		struct crm_str key, val;
		/* new fields come before the end */
		while (!st && end && crm_json_next(&it, &key, &val)) {
			char z[64];
			snprintf(z, sizeof(z), "%.*s", CRM_FMT(key));
			bool was = same_field(kept_line, line, z);
			for (size_t i = 0; i < ndone; i++)
				was = was || !strcmp(done[i], z);
			if (!was)
				st = k->write(o, line, text, z, out, err);
		}
		if (!f || same_field(kept_line, line, f)) {
			crm_buf_str(out, l->bytes);
			continue;
		}
		bool was = false;
		for (size_t i = 0; i < ndone; i++)
			was = was || !strcmp(done[i], f);
		if (was || ndone == CRM_LEN(done))
			continue;
		done[ndone++] = f;
		st = k->write(o, line, text, f, out, err);
	}
	free(l);
	crm_arena_release(&mem);
	return st;
}

static void
add_import_id(struct crm_seen *seen, struct crm_buf *line,
    struct crm_str text)
{
	struct crm_str ext, id, s = crm_buf_view(line);
	char name[CRM_IMPORT_NAME];
	if (crm_json_get(s, CRM_STR("ext"), &ext) ||
	    crm_json_get(s, CRM_STR("id"), &id))
		return;
	crm_import_name(seen, text, name);
	line->n--;
	crm_buf_printf(line, ",\"ext\":{\"import\":\"%s\"}}", name);
}

/* Reads the text; zones gets those definitions of the file that matter here. */
static enum crm_status
read_item(const struct crm_item_kind *k, const struct crm_item_opts *o,
    struct crm_str text, struct crm_buf *line, struct crm_buf *zones,
    struct crm_err *err)
{
	struct crm_buf without = { 0 };
	struct crm_item_opts own = *o;
	/* JSON cannot say it, and the text would not come back as it was */
	if (text.n && memchr(text.p, '\0', text.n))
		return crm_err_set(err, CRM_INVALID, "item.nul",
		    _("a NUL byte inside"));
	crm_ical_zones_used(o->zones, text, zones);
	own.zones = crm_buf_view(zones);
	enum crm_status st = k->read(&own, text, line, err);
	if (st || !zones->n)
		return st;
	own.zones.n = 0;
	st = k->read(&own, text, &without, err);
	if (crm_str_eq(crm_buf_view(line), crm_buf_view(&without)))
		crm_buf_clear(zones);
	crm_buf_release(&without);
	return st;
}

enum crm_status
crm_item_import(const struct crm_item_kind *k, const struct crm_item_opts *o,
    struct crm_str text, struct crm_str before, struct crm_str after,
    struct crm_str src_file, uint64_t src_line, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_buf line = { 0 }, again = { 0 }, raw = { 0 }, zones = { 0 };
	enum crm_status st = read_item(k, o, text, &line, &zones, err);
	if (st)
		goto done;
	add_import_id(o->seen, &line, text);
	/* JSON objects are kept whole: what they hold beyond our columns cannot
	 * be told from what they lack */
	st = k->write(o, crm_buf_view(&line), k->field ? text :
	    (struct crm_str){ NULL, 0 }, NULL, &again, err);
	if (st)
		goto done;
	crm_buf_c(&raw, '{');
	if (!crm_str_eq(crm_buf_view(&again), text))
		crm_json_add_str(&raw, "text", text);
	if (zones.n)
		crm_json_add_str(&raw, "zones", crm_buf_view(&zones));
	if (before.n && !crm_str_eq(before, k->head))
		crm_json_add_str(&raw, "before", before);
	if (after.n && !crm_str_eq(after, k->tail))
		crm_json_add_str(&raw, "after", after);
	crm_buf_c(&raw, '}');
	crm_buf_add(out, line.p, line.n - 1);
	if (raw.n > 2) {
		crm_buf_printf(out, ",\"raw\":{\"%.*s\":", CRM_FMT(k->system));
		crm_buf_str(out, crm_buf_view(&raw));
		crm_buf_c(out, '}');
	}
	crm_buf_z(out, ",\"_src\":{\"file\":");
	crm_json_quote(out, src_file);
	crm_buf_printf(out, ",\"line\":%" PRIu64 "}}", src_line);
done:
	crm_buf_release(&line);
	crm_buf_release(&again);
	crm_buf_release(&raw);
	crm_buf_release(&zones);
	return st;
}

static void
raw_text(struct crm_str line, struct crm_str system, const char *member,
    struct crm_buf *b)
{
	struct crm_str raw, mine, val;
	crm_buf_clear(b);
	if (crm_json_get(line, CRM_STR("raw"), &raw) &&
	    crm_json_get(raw, system, &mine) &&
	    crm_json_get(mine, crm_str_z(member), &val))
		crm_json_text(b, val);
}

enum crm_status
crm_item_export(const struct crm_item_kind *k, const struct crm_item_opts *o,
    struct crm_str line, struct crm_item_state *s, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_buf text = { 0 }, was = { 0 }, zones = { 0 };
	struct crm_item_opts own = *o;
	size_t from = out->n;
	raw_text(line, k->system, "zones", &zones);
	own.zones = crm_buf_view(&zones);
	o = &own;
	raw_text(line, k->system, "before", &text);
	if (text.n)
		crm_buf_str(out, crm_buf_view(&text));
	else if (!s->begun)
		crm_buf_str(out, k->head);
	if (k->before && text.n && memmem(text.p, text.n, "TZID:", 5))
		crm_buf_str(&s->had, crm_buf_view(&text));
	raw_text(line, k->system, "text", &text);
	struct crm_str kept = crm_buf_view(&text);
	/* a text of another version than asked for is written anew */
	if (kept.n && o->version && o->version != crm_card_version(kept))
		kept.n = 0;
	enum crm_status st;
	size_t own_from = out->n;
	if (!kept.n && k->before)
		k->before(line, crm_buf_view(&s->had), out);
	if (k->before)
		crm_buf_add(&s->had, out->p + own_from, out->n - own_from);
	if (!kept.n || k->read(o, kept, &was, NULL))
		st = k->write(o, line, (struct crm_str){ NULL, 0 }, NULL, out,
		    err);
	else if (!k->field)
		st = k->write(o, line, kept, NULL, out, err);
	else if (all_same(k, crm_buf_view(&was), line)) {
		crm_buf_str(out, kept);
		st = CRM_OK;
	} else
		st = rewrite(k, o, line, crm_buf_view(&was), kept, out, err);
	if (st) {
		out->n = from;
	} else {
		s->begun = true;
		raw_text(line, k->system, "after", &s->tail);
	}
	crm_buf_release(&text);
	crm_buf_release(&was);
	crm_buf_release(&zones);
	return st;
}

void
crm_item_finish(const struct crm_item_kind *k, struct crm_item_state *s,
    struct crm_buf *out)
{
	if (s->begun && s->tail.n)
		crm_buf_str(out, crm_buf_view(&s->tail));
	else if (s->begun)
		crm_buf_str(out, k->tail);
	crm_buf_release(&s->tail);
	crm_buf_release(&s->had);
}
