/* UBL invoices: a file is one document. */
#include "model/import.h"

#include "format/encoding.h"
#include "model/message.h"

/* Longer documents, mostly for their attachments, are not kept whole: a record
 * is one line of at most a MiB. */
enum { DOCUMENT_MAX = 16 << 20, KEPT_MAX = 512 << 10 };

/* The document, and how it was written. */
static void
keep(struct crm_import *im, struct crm_str text)
{
	const char *encoding = crm_decoder_name(im->decoder);
	crm_buf_z(&im->line, ",\"raw\":{\"ubl\":{");
	crm_json_add_str(&im->line, "text", text);
	if (strcmp(encoding, "UTF-8") != 0)
		crm_json_add_str(&im->line, "encoding", crm_str_z(encoding));
	if (crm_decoder_bom(im->decoder))
		crm_json_add_raw(&im->line, "bom", CRM_STR("true"));
	crm_buf_z(&im->line, "}}");
}

static enum crm_status
push(struct crm_import *im, struct crm_str text, bool last,
    struct crm_err *err)
{
	struct crm_buf *all = im->state;
	if (!all)
		all = im->state = crm_zalloc(sizeof(*all));
	if (all->n + text.n > DOCUMENT_MAX)
		return crm_err_set(err, CRM_CORRUPT, "xml.limit",
		    _("a document longer than %d bytes"), DOCUMENT_MAX);
	crm_buf_str(all, text);
	if (!last)
		return CRM_OK;
	struct crm_err why = { 0 };
	crm_buf_clear(&im->line);
	if (crm_ubl_read(crm_buf_view(all), &im->line, &why)) {
		crm_import_reject(im, &why, crm_buf_view(all));
		return CRM_OK;
	}
	char name[CRM_IMPORT_NAME];
	crm_import_name(&im->seen, crm_buf_view(all), name);
	crm_buf_z(&im->line, ",\"ext\":{");
	crm_json_add_str(&im->line, "import", crm_str_z(name));
	crm_buf_c(&im->line, '}');
	if (all->n <= KEPT_MAX)
		keep(im, crm_buf_view(all));
	crm_json_key(&im->line, "_src");
	crm_buf_z(&im->line, "{\"file\":");
	crm_json_quote(&im->line, im->file);
	crm_buf_z(&im->line, ",\"line\":1}}");
	if (!im->sink.record(im->sink.ctx, crm_buf_view(&im->line)))
		im->stopped = true;
	return CRM_OK;
}

static void
release(struct crm_import *im)
{
	struct crm_buf *all = im->state;
	if (all)
		crm_buf_release(all);
	free(all);
	im->state = NULL;
}

const struct crm_form crm_form_ubl = { "ubl", push, release };
