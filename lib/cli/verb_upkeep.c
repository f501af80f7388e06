/* crm verify, crm compact: the store's own health. */
#include "base/time.h"
#include "base/utf8.h"
#include "cli/erase.h"
#include "cli/mirror.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "cli/verify.h"

int
crm_verb_verify(int argc, char **argv)
{
	struct crm_cli cli;
	const char *erased = NULL;
	const struct crm_opt opts[] = {
		{ 0, "erased", CRM_OPT_TEXT, "RECEIPT", &erased,
		    N_("nothing of what this receipt names is left"),
		    .complete = "file" },
		{ 0 }
	};
	static const char *const examples[] = { "crm verify",
		"crm verify -q && crm backup /var/backups/crm.jsonl",
		"crm verify --erased receipt.json", NULL };
	const struct crm_prog prog = { "crm verify", CRM_OTHER, "",
	    N_("look for damage: checksums, texts, indexes, journal"),
	    examples, opts, .with = CRM_HAS_STORE | CRM_HAS_FORMAT |
	    CRM_HAS_OUTPUT };
	struct crm_store *s = NULL;
	if (crm_cli_begin(&cli, argc, argv, &prog) && crm_verb_alone(&cli) &&
	    crm_verb_open(&cli, false, &s)) {
		struct crm_verify v = { 0 };
		struct crm_err err = { 0 };
		enum crm_status st = crm_verify_begin(&v, &cli, s, &err);
		if (!st && erased)
			st = crm_erase_verify(s, erased, crm_verify_fault, &v,
			    &err);
		if (!st && !erased && crm_erase_open(s))
			crm_cli_warn(&cli, "erase.open", _("an erasure was "
			    "interrupted: crm-rm --erase with the same record "
			    "completes it"));
		crm_verify_end(&v, st, &err);
	}
	crm_store_close(s);
	return crm_cli_end(&cli);
}

/* -- compact ---------------------------------------------------------------- */

/* The revision before which history goes: the state `ago` before now stays. */
static enum crm_status
keep_rev(struct crm_cli *cli, struct crm_store *s, const char *ago,
    uint64_t *rev, struct crm_err *err)
{
	int64_t length;
	struct crm_span span;
	struct crm_at at = { .kind = CRM_AT_TIME };
	*rev = 0;
	if (!ago)
		return CRM_OK;
	if (crm_duration_parse(crm_str_z(ago), &length)) {
		at.value = cli->clock.now - length;
	} else {
		enum crm_status st = crm_when_parse(crm_str_z(ago),
		    &cli->clock, &span, err);
		if (st)
			return crm_err_set(err, CRM_USAGE, "usage.value",
			    _("--keep: '%s' is not a length of time or a day"),
			    ago);
		at.value = span.from;
	}
	if (at.value > cli->clock.now)
		return crm_err_set(err, CRM_USAGE, "usage.value",
		    _("--keep: '%s' is in the future: all history would go "
		    "(0d says that)"), ago);
	struct crm_err early = { 0 };
	/* behind the horizon there is nothing left to drop */
	enum crm_status st = crm_store_at(s, at, rev, &early);
	if (st == CRM_VERSION)
		*rev = 0;
	else if (st && err)
		*err = early;
	return st == CRM_VERSION ? CRM_OK : st;
}

int
crm_verb_compact(int argc, char **argv)
{
	struct crm_cli cli;
	const char *keep = NULL;
	const struct crm_opt opts[] = {
		{ 0, "keep", CRM_OPT_TEXT, "AGE", &keep,
		    N_("history of this length stays (2y); all without") },
		{ 0 }
	};
	static const char *const examples[] = { "crm compact",
		"crm compact --keep 2y", "crm -s ./play compact --keep 0d",
		NULL };
	const struct crm_prog prog = { "crm compact", CRM_OTHER, "",
	    N_("rebuild the store's file, drop old history"), examples, opts,
	    .with = CRM_HAS_STORE };
	struct crm_store *s = NULL;
	struct crm_err err = { 0 };
	struct crm_info before, after;
	uint64_t rev;
	if (crm_cli_begin(&cli, argc, argv, &prog) && crm_verb_alone(&cli) &&
	    crm_verb_open(&cli, true, &s)) {
		enum crm_status st = crm_store_info(s, &before, &err);
		if (!st)
			st = keep_rev(&cli, s, keep, &rev, &err);
		/* What is dropped from the journal lives on in the mirror. */
		if (!st && keep && crm_mirror_on(s))
			st = crm_mirror_sync(&cli, &err);
		if (!st)
			st = crm_store_compact(s, rev, &err);
		if (!st)
			st = crm_store_info(s, &after, &err);
		if (st)
			crm_cli_fail(&cli, &err);
		else
			crm_cli_note(&cli, _("%" PRIu64 " bytes, %" PRIu64
			    " before"), after.bytes, before.bytes);
	}
	crm_store_close(s);
	return crm_cli_end(&cli);
}
