/* Files of other systems, in any pieces: only JSON comes out, and what was
 * read whole goes back byte for byte. */
#include "fuzz.h"

#include "base/recur.h"
#include "model/export.h"
#include "model/import.h"
#include "model/item.h"

struct run {
	const struct crm_item_kind *kind;
	struct crm_item_state state;
	struct crm_export *table;
	struct crm_buf out;
	size_t rejects;
	bool failed;
};

static bool
on_record(void *ctx, struct crm_str line)
{
	struct run *r = ctx;
	static const struct crm_json_limits lim = { .line = 64 << 20 };
	struct crm_item_opts o = { .now = 0 };
	struct crm_err err = { 0 };
	CHECK(crm_json_check(line, &lim, &err) == CRM_OK);
	if (r->kind && crm_item_export(r->kind, &o, line, &r->state, &r->out,
	    &err))
		r->failed = true;
	if (r->table && crm_export_record(r->table, line, &r->out, &err))
		r->failed = true;
	return true;
}

static bool
on_reject(void *ctx, const struct crm_err *err, struct crm_str bytes)
{
	struct run *r = ctx;
	CHECK(err->id && err->msg[0] && (bytes.p || !bytes.n));
	r->rejects++;
	return true;
}

static void
on_head(void *ctx, struct crm_str bytes)
{
	CHECK(ctx && (bytes.p || !bytes.n));
}

static void
on_note(void *ctx, const char *text)
{
	CHECK(ctx && *text);
}

static const struct crm_profiles *
profiles(void)
{
	static struct crm_profiles set;
	struct crm_err err = { 0 };
	const char *dir = getenv("CRM_DATADIR");
	if (!set.n)
		CHECK(crm_profiles_load(&set, dir ? dir : "../../share/crm",
		    NULL, &err) == CRM_OK);
	return &set;
}

static void
repeats(struct crm_str s)
{
	struct crm_recur *r = crm_alloc(sizeof(*r));
	struct crm_recur_iter it = { 0 };
	int64_t t, last = INT64_MIN;
	if (crm_recur_parse(s, r)) {
		crm_recur_begin(&it, r, INT64_C(1700000000000000), NULL,
		    INT64_MIN);
		for (int i = 0; i < 100 && crm_recur_next(&it, &t); i++) {
			CHECK(t > last);
			last = t;
		}
	}
	crm_recur_release(&it);
	free(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const forms[] = { NULL, "vcard", "ics", "mail",
		"jsonl", "ubl", "form" };
	struct crm_str s = { (const char *)data, size }, rest;
	unsigned how = choice(&s), piece = choice(&s) + 1;
	struct crm_import_opts o = { .schema = crm_schema_default(),
		.profiles = profiles(), .form = forms[how % 7],
		.plain = how & 0x80 && how % 7 == 0 };
	struct run r = { .kind = how % 7 == 1 ? &crm_item_vcard : how % 7 == 2 ?
	    &crm_item_ical : NULL };
	struct crm_import_sink sink = { &r, on_record, on_reject, on_head,
		on_note };
	struct crm_err err = { 0 };
	o.type = crm_schema_type(o.schema, CRM_STR("contact"));
	if (o.plain)
		r.table = crm_export_table(&(struct crm_export_opts){
		    .schema = o.schema });
	repeats(s);
	struct crm_import *im = crm_import_new(&o, &sink);
	enum crm_status st = CRM_OK;
	crm_import_begin(im, "fuzz", how & 0x40);
	for (rest = s; !st && rest.n; rest = crm_str_sub(rest, piece, rest.n))
		st = crm_import_push(im, rest.p, rest.n < piece ? rest.n :
		    piece, &err);
	if (!st)
		st = crm_import_end(im, &err);
	CHECK(!st || (err.id && err.msg[0]));
	if (r.kind)
		crm_item_finish(r.kind, &r.state, &r.out);
	if (r.table && crm_export_end(r.table, &r.out, &err))
		r.failed = true;
	/* what stands outside of cards only comes back with one of them; an entry
	 * that ends with its calendar's END gets another one, and a NUL byte
	 * outside of them is lost */
	bool whole = !st && s.n && !memchr(s.p, 0, s.n) && !r.rejects && !r.failed && r.out.n &&
	    r.kind != &crm_item_ical;
	CHECK(!whole || how & 0x40 || crm_str_eq(crm_buf_view(&r.out), s));
	crm_export_free(r.table);
	crm_import_free(im);
	crm_buf_release(&r.out);
	return 0;
}
