#include "cli/export.h"

#include "base/hash.h"
#include "cli/lookup.h"
#include "model/redact.h"

const char *const crm_export_formats[] = { "vcard", "ics", "parquet", NULL };

/* The record as it may leave: masked where that was asked for. */
static struct crm_str
line_of(struct crm_export_job *j, const struct crm_rec *rec)
{
	crm_buf_clear(&j->line);
	if (!j->redact && !j->pseudonymize)
		crm_rec_print(rec, &j->line);
	else
		crm_redact(rec, j->redact ? CRM_REDACT_MASK :
		    CRM_REDACT_PSEUDONYM, j->key, &j->line);
	return crm_buf_view(&j->line);
}

/* {{account.name}}: a path through a reference; {{_address}}: made up. */
static bool
follow(void *ctx, struct crm_str record, struct crm_str path,
    struct crm_str *val)
{
	struct crm_export_job *j = ctx;
	size_t dot = crm_str_chr(path, '.');
	struct crm_str ref;
	if (dot == path.n && path.n && path.p[0] == '_')
		return crm_letter_value(&j->letter, record, path, val);
	if (dot == path.n ||
	    !crm_json_get(record, crm_str_sub(path, 0, dot), &ref) ||
	    !crm_json_is_string(ref))
		return false;
	struct crm_buf id = { 0 }, text = { 0 };
	crm_json_text(&id, ref);
	bool good = crm_export_resolve(j, crm_buf_view(&id),
	    crm_str_sub(path, dot + 1, path.n), &text);
	crm_buf_clear(&j->path);
	if (good)
		crm_json_quote(&j->path, crm_buf_view(&text));
	*val = crm_buf_view(&j->path);
	crm_buf_release(&id);
	crm_buf_release(&text);
	return good;
}

/* A card names the person's company: that of the account, where the store
 * knows it and the record says none. Cards kept from a file stay as they are. */
static struct crm_str
with_company(struct crm_export_job *j, struct crm_str line)
{
	struct crm_str val;
	struct crm_buf name = { 0 };
	bool want = j->item == &crm_item_vcard &&
	    !crm_json_get(line, CRM_STR("company"), &val) &&
	    !crm_json_path(line, CRM_STR("raw.vcard"), &val) &&
	    line.p == j->line.p;
	if (want && follow(j, line, CRM_STR("account.name"), &val)) {
		crm_buf_str(&name, val);
		j->line.n--;
		crm_json_add_raw(&j->line, "company", crm_buf_view(&name));
		crm_buf_c(&j->line, '}');
		line = crm_buf_view(&j->line);
	}
	crm_buf_release(&name);
	return line;
}

/* The first record chooses the kind of object; others do not fit. */
static enum crm_status
as_object(struct crm_export_job *j, struct crm_str line, struct crm_err *err)
{
	struct crm_str val, type = { NULL, 0 };
	if (crm_json_get(line, CRM_STR("type"), &val) &&
	    crm_json_is_string(val))
		type = crm_json_inner(val);
	enum crm_status st = j->item ? CRM_OK : crm_export_json(j, NULL, type,
	    err);
	if (st || (j->mapper && j->mapper->type &&
	    crm_str_eq(j->mapper->type->name, type)))
		return st;
	return crm_err_set(err, CRM_INVALID, "export.type",
	    _("a record of type %.*s does not fit among these objects"),
	    CRM_FMT(type));
}

/* One record through the chosen writer into j->buf. */
static enum crm_status
convert(struct crm_export_job *j, struct crm_str line, struct crm_err *err)
{
	struct crm_template_env env = { follow, j };
	if (j->table)
		return crm_export_record(j->table, line, &j->buf, err);
	if (j->json_profile) {
		enum crm_status st = as_object(j, line, err);
		if (st)
			return st;
	}
	if (j->item)
		return crm_item_export(j->item, &j->item_opts, line,
		    &j->item_state, &j->buf, err);
	if (j->message)
		return j->message->write(&j->message_state, line, &j->buf,
		    err);
	enum crm_status st = crm_template_fill(j->template_, line, &env,
	    &j->buf, err);
	if (st || !j->pattern)
		return st;
	st = crm_export_file(j, line, crm_buf_view(&j->buf), err);
	crm_buf_clear(&j->buf);
	return st;
}

/* Records as they are, in the formats that every program has. */
static bool
is_plain(const struct crm_export_job *j)
{
	return !j->table && !j->item && !j->message && !j->template_ &&
	    !j->json_profile;
}

static bool
one(struct crm_export_job *j, const struct crm_rec *rec)
{
	struct crm_err err = { 0 };
	bool plain = is_plain(j);
	if (plain && !j->redact && !j->pseudonymize)
		return crm_out_rec(j->out, rec);
	if ((j->redact || j->pseudonymize) && !rec->type) {
		crm_err_set(&err, CRM_INVALID, "export.untyped",
		    _("no type tells what is personal in it (-t)"));
		return crm_feed_reject(&j->feed, &err);
	}
	if (crm_export_may_write(j, rec, &err))
		return crm_feed_reject(&j->feed, &err);
	struct crm_str line = line_of(j, rec);
	if (plain)
		return crm_out_record(j->out, line);
	enum crm_status st = convert(j, with_company(j, line), &err);
	bool more = true;
	if (j->buf.n) {
		more = crm_out_text(j->out, crm_buf_view(&j->buf));
		crm_buf_clear(&j->buf);
	}
	if (st == CRM_OK) {
		j->cli->count.written++;
		return more;
	}
	if (crm_status_is_data(st))
		return crm_feed_reject(&j->feed, &err) && more;
	crm_cli_fail(j->cli, &err);
	return false;
}

static void
finish(struct crm_export_job *j)
{
	struct crm_err err = { 0 };
	enum crm_status st = CRM_OK;
	if (j->table)
		st = crm_export_end(j->table, &j->buf, &err);
	if (j->item)
		crm_item_finish(j->item, &j->item_state, &j->buf);
	if (j->buf.n)
		crm_out_text(j->out, crm_buf_view(&j->buf));
	if (st)
		crm_cli_fail(j->cli, &err);
	if (!j->table)
		return;
	crm_buf_clear(&j->buf);
	crm_export_lost(j->table, &j->buf);
	if (j->buf.n)
		crm_cli_note(j->cli, _("fields without a column here: %s"),
		    crm_buf_cstr(&j->buf));
}

static void
run(struct crm_export_job *j)
{
	const struct crm_rec *rec;
	int64_t left = j->cli->limit;
	bool more = crm_feed_start(&j->feed, NULL, 0);
	bool whole = more;
	while (more && left-- > 0 && crm_feed_next(&j->feed, &rec))
		more = whole = one(j, rec);
	if (whole)
		finish(j);
}

static void
release(struct crm_export_job *j)
{
	crm_feed_release(&j->feed);
	crm_export_free(j->table);
	crm_template_free(j->template_);
	crm_letter_release(&j->letter);
	crm_profiles_release(&j->profiles);
	crm_profile_free(j->usual);
	if (j->mapper)
		crm_mapper_release(j->mapper);
	free(j->mapper);
	if (j->rows)
		crm_batch_free(j->rows);
	if (j->store)
		crm_store_close(j->store);
	crm_buf_release(&j->buf);
	crm_buf_release(&j->line);
	crm_buf_release(&j->path);
}

/* A secret of the user's own makes pseudonyms that others cannot make. */
static void
take_key(struct crm_export_job *j)
{
	const char *secret = crm_cli_config(j->cli, "pseudonym_key");
	struct crm_sha256 sum;
	uint8_t digest[32];
	if (secret && *secret) {
		crm_sha256_init(&sum);
		crm_sha256_add(&sum, secret, strlen(secret));
		crm_sha256_end(&sum, digest);
		memcpy(j->key, digest, sizeof(j->key));
	} else if (j->pseudonymize) {
		crm_cli_warn(j->cli, "export.key", _("no pseudonym_key is set: "
		    "who guesses a value can tell its pseudonym"));
	}
}

void
crm_export_run(struct crm_export_job *j)
{
	struct crm_cli *cli = j->cli;
	struct crm_err err = { 0 };
	bool parquet = cli->format_name && !strcmp(cli->format_name, "parquet");
	if (j->redact && j->pseudonymize) {
		crm_cli_usage(cli, _("one of --redact, --pseudonymize"));
		return;
	}
	if (j->subject && (j->redact || j->pseudonymize)) {
		crm_cli_usage(cli, _("--subject gives all that is held: not "
		    "with --redact or --pseudonymize"));
		return;
	}
	if (j->subject && cli->as_of != INT64_MAX) {
		crm_cli_usage(cli, _("--subject gives all that is held now: "
		    "not with --as-of"));
		return;
	}
	take_key(j);
	if (!crm_session_schema(cli))
		goto done;
	enum crm_status st = crm_export_choose(j, &err);
	if (st) {
		crm_cli_fail(cli, &err);
		goto done;
	}
	if (!crm_feed_open(&j->feed, cli, cli->all || j->subject, false,
	    cli->args, cli->nargs))
		goto done;
	if (parquet) {
		crm_export_parquet(j);
		goto done;
	}
	j->out = crm_out_init(cli, NULL);
	if (!j->out)
		goto done;
	if (j->spreadsheet && !j->profile)
		crm_out_spreadsheet(j->out);
	if (!is_plain(j))	/* whatever -F says */
		crm_out_own(j->out);
	if (j->subject)
		crm_export_subject(j);
	else
		run(j);
done:
	release(j);
}
