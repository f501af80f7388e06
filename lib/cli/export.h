/* crm-export's jobs: which writer the options ask for, and the run through the
 * records. */
#ifndef CRM_CLI_EXPORT_H
#define CRM_CLI_EXPORT_H

#include "cli/feed.h"
#include "cli/out.h"
#include "model/export.h"
#include "model/item.h"
#include "model/letter.h"
#include "model/message.h"
#include "format/template.h"

struct crm_export_job {
	struct crm_cli *cli;
	const char *profile, *template_file, *subject;
	bool spreadsheet, redact, pseudonymize, no_consent;

	/* Its own. */
	struct crm_feed feed;
	struct crm_out *out;
	struct crm_profiles profiles;
	struct crm_profile *usual;
	struct crm_export *table;
	const struct crm_item_kind *item;
	struct crm_item_kind json;
	const struct crm_profile *json_profile;	/* objects of a system */
	struct crm_mapper *mapper;
	struct crm_item_opts item_opts;
	struct crm_item_state item_state;
	const struct crm_message *message;
	struct crm_message_state message_state;
	struct crm_template *template_;
	struct crm_letter letter;
	const char *pattern;	/* of -o: one file a record */
	struct crm_store *store;	/* opened for references alone */
	bool store_tried;
	struct crm_batch *rows;
	bool is_letter;			/* the template has an address */
	struct crm_buf buf, line, path;
	uint8_t key[16];
};

/* The values of -F beyond the writer's own. */
extern const char *const crm_export_formats[];
void crm_export_run(struct crm_export_job *j);

/* For export's own files. A record that the id names, in the store of the run
 * or the usual one where there is one; text of a path in it, appended. */
bool crm_export_resolve(void *job, struct crm_str id, struct crm_str path,
    struct crm_buf *text);
/* The store of the run, or the usual one where there is one; NULL: none. */
struct crm_store *crm_export_store(struct crm_export_job *j, uint64_t *rev);
/* INVALID "export.consent" for a person whom no pass of crm-consent let
 * through, where what is written is a letter, a mail or a mailing list. */
enum crm_status crm_export_may_write(struct crm_export_job *j,
    const struct crm_rec *rec, struct crm_err *err) CRM_MUST;
/* Chooses the writer by -p, -F and --template. */
enum crm_status crm_export_choose(struct crm_export_job *j,
    struct crm_err *err) CRM_MUST;
/* JSON objects of j->json_profile, in the layout of the object, else of the
 * type's; with neither nothing yet. */
enum crm_status crm_export_json(struct crm_export_job *j,
    const struct crm_object *o, struct crm_str type, struct crm_err *err)
    CRM_MUST;
/* One file a record: "letters/{id}.txt". */
enum crm_status crm_export_file(struct crm_export_job *j, struct crm_str line,
    struct crm_str text, struct crm_err *err) CRM_MUST;
/* JSONL through duckdb into -o's file. */
void crm_export_parquet(struct crm_export_job *j);
/* Everything that is known of one person. */
void crm_export_subject(struct crm_export_job *j);

#endif
