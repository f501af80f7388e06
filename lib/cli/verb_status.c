/* crm status: what the store holds and how it is. */
#include "base/time.h"
#include "cli/mirror.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "format/json.h"

static void
counts_json(const struct crm_schema *sc, const struct crm_info *i,
    struct crm_buf *b)
{
	crm_json_key(b, "records");
	crm_buf_c(b, '{');
	for (unsigned no = 0; no < CRM_LEN(i->counts); no++) {
		const struct crm_type *t = crm_schema_type_no(sc, no);
		if (t && i->counts[no]) {
			crm_json_comma(b);
			crm_json_quote(b, t->name);
			crm_buf_c(b, ':');
			crm_buf_u64(b, i->counts[no]);
		}
	}
	crm_buf_c(b, '}');
}

static void
print_json(struct crm_store *s, const struct crm_info *i, const char *digest,
    struct crm_buf *b)
{
	crm_buf_c(b, '{');
	crm_json_add_str(b, "store", crm_str_z(i->path));
	crm_json_add_str(b, "uuid", crm_str_z(i->uuid));
	crm_json_add_u64(b, "rev", i->rev);
	counts_json(crm_store_schema(s), i, b);
	crm_json_add_u64(b, "size", i->bytes);
	crm_json_add_u64(b, "free", i->free_bytes);
	crm_json_add_u64(b, "horizon", i->horizon);
	crm_json_add_u64(b, "text_rev", i->text_rev);
	crm_json_add_u64(b, "format", i->format);
	uint64_t mirror;
	if (crm_mirror_rev(i->path, &mirror))
		crm_json_add_u64(b, "mirror", mirror);
	if (digest)
		crm_json_add_str(b, "digest", crm_str_z(digest));
	crm_buf_c(b, '}');
}

static void
print_size(struct crm_buf *b, uint64_t n)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	size_t u = 0;
	uint64_t tenths = n * 10;
	while (tenths >= 10240 && u + 1 < CRM_LEN(units)) {
		tenths = (tenths + 512) / 1024;
		u++;
	}
	crm_buf_printf(b, u ? "%" PRIu64 ".%" PRIu64 " %s" : "%" PRIu64
	    "%.0" PRIu64 " %s", tenths / 10, u ? tenths % 10 : 0, units[u]);
}

static void
print_text(struct crm_store *s, const struct crm_info *i, const char *digest,
    struct crm_buf *b)
{
	const struct crm_schema *sc = crm_store_schema(s);
	uint64_t all = 0;
	crm_buf_printf(b, _("store     %s\n"), i->path);
	crm_buf_printf(b, _("uuid      %s\n"), i->uuid);
	crm_buf_printf(b, _("revision  %" PRIu64 "\n"), i->rev);
	if (i->horizon)
		crm_buf_printf(b, _("horizon   %" PRIu64
		    " (the journal begins behind it)\n"), i->horizon);
	crm_buf_z(b, _("size      "));
	print_size(b, i->bytes);
	crm_buf_z(b, _(", free inside "));
	print_size(b, i->free_bytes);
	crm_buf_c(b, '\n');
	uint64_t mirror;
	if (crm_mirror_rev(i->path, &mirror))
		crm_buf_printf(b, mirror < i->rev ? _("mirror    revision %"
		    PRIu64 ": crm-history mirror brings it up to date\n") :
		    _("mirror    revision %" PRIu64 "\n"), mirror);
	if (digest)
		crm_buf_printf(b, _("digest    %s\n"), digest);
	for (unsigned no = 0; no < CRM_LEN(i->counts); no++) {
		const struct crm_type *t = crm_schema_type_no(sc, no);
		if (t && i->counts[no])
			crm_buf_printf(b, "%10" PRIu64 " %.*s\n",
			    i->counts[no], CRM_FMT(t->name));
		all += i->counts[no];
	}
	crm_buf_printf(b, _("%10" PRIu64 " records\n"), all);
}

static enum crm_status
status(struct crm_cli *cli, struct crm_store *s, bool want_digest,
    struct crm_err *err)
{
	struct crm_info i;
	struct crm_buf b = { 0 };
	char digest[65];
	enum crm_status st = crm_store_info(s, &i, err);
	if (!st && want_digest)
		st = crm_store_digest(s, i.rev, digest, err);
	struct crm_out *out = st ? NULL : crm_out_init(cli, NULL);
	if (out && cli->format == CRM_OUT_AUTO) {
		print_text(s, &i, want_digest ? digest : NULL, &b);
		crm_out_own(out);
		crm_out_text(out, crm_buf_view(&b));
	} else if (out) {
		print_json(s, &i, want_digest ? digest : NULL, &b);
		crm_out_record(out, crm_buf_view(&b));
	}
	crm_buf_release(&b);
	return st;
}

int
crm_verb_status(int argc, char **argv)
{
	struct crm_cli cli;
	bool digest = false;
	const struct crm_opt opts[] = {
		{ 0, "digest", CRM_OPT_FLAG, NULL, &digest,
		    N_("a digest of all records: equal content, equal digest") },
		{ 0 }
	};
	static const char *const examples[] = {
		"crm status",
		"crm status -F jsonl | jq .rev",
		"crm status --digest",
		NULL
	};
	const struct crm_prog prog = { "crm status", CRM_OTHER, "",
	    N_("what the store holds"), examples, opts, .with = CRM_HAS_STORE |
	    CRM_HAS_FORMAT | CRM_HAS_FIELDS | CRM_HAS_OUTPUT };
	struct crm_store *s = NULL;
	struct crm_err err = { 0 };
	if (crm_cli_begin(&cli, argc, argv, &prog) && crm_verb_alone(&cli) &&
	    crm_verb_open(&cli, false, &s) && status(&cli, s, digest, &err))
		crm_cli_fail(&cli, &err);
	crm_store_close(s);
	return crm_cli_end(&cli);
}
