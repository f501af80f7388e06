/* Invoices as UBL 2.1 documents (OASIS, docs.oasis-open.org/ubl/UBL-2.1). */
#include "model/message.h"

#include "format/encoding.h"
#include "format/json.h"
#include "format/xml.h"

/* Where in the document, below its root, each field stands; the customer is who
 * pays. */
static const struct {
	const char *path, *field;
} places[] = {
	{ "ID", "number" }, { "IssueDate", "issued" }, { "DueDate", "due" },
	{ "PaymentMeans/PaymentDueDate", "due" },
	{ "DocumentCurrencyCode", "currency" }, { "Note", "notes" },
	{ "LegalMonetaryTotal/PayableAmount", "amount" },
	{ "AccountingCustomerParty/Party/PartyTaxScheme/CompanyID", "tax" },
	{ "AccountingCustomerParty/Party/PartyName/Name", "customer" },
	{ "AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName",
	    "customer" },
};
static const char *const lines[][2] = {
	{ "InvoiceLine/Item/Name", "CreditNoteLine/Item/Name" },
	{ "InvoiceLine/InvoicedQuantity", "CreditNoteLine/CreditedQuantity" },
	{ "InvoiceLine/Price/PriceAmount", "CreditNoteLine/Price/PriceAmount" },
	{ "InvoiceLine/LineExtensionAmount",
	    "CreditNoteLine/LineExtensionAmount" },
};

struct reader {
	struct crm_buf path, field[8], item[4], items, text;
	struct crm_str xml;
	size_t open;		/* where the text of the element opened last begins */
	size_t from[8], to[8];	/* of the fields' texts */
	bool credit;
};

enum { AMOUNT = 5, TAX = 6 };
static const char *const fields[] = { "number", "issued", "due", "currency",
	"notes", "amount", "tax", "customer" };

static const char *const keys[] = { "name", "quantity", "price", "amount" };

static void
end_item(struct reader *r)
{
	if (r->items.n)
		crm_buf_c(&r->items, ',');
	crm_buf_c(&r->items, '{');
	for (size_t i = 0; i < 4; i++) {
		struct crm_str s = crm_buf_view(&r->item[i]);
		bool number = i == 1 && crm_json_check(s, NULL, NULL) == CRM_OK;
		if (s.n && number)
			crm_json_add_raw(&r->items, keys[i], s);
		else if (s.n)
			crm_json_add_str(&r->items, keys[i], s);
		crm_buf_clear(&r->item[i]);
	}
	crm_buf_c(&r->items, '}');
}

/* An element's end, behind which *rest begins. */
static void
take(struct reader *r, struct crm_str rest)
{
	struct crm_str path = crm_buf_view(&r->path);
	struct crm_str s = crm_str_trim(crm_buf_view(&r->text));
	size_t slash = crm_str_chr(path, '/'), end = (size_t)(rest.p -
	    r->xml.p);
	r->credit = r->credit || crm_str_is(crm_str_sub(path, 0, slash),
	    "CreditNote");
	path = crm_str_sub(path, slash + 1, path.n);
	do	/* before its closing tag */
		end--;
	while (end > r->open && r->xml.p[end] != '<');
	for (size_t i = 0; i < CRM_LEN(places); i++) {
		if (!crm_str_is(path, places[i].path))
			continue;
		for (size_t k = 0; k < CRM_LEN(fields); k++) {
			if (strcmp(fields[k], places[i].field) ||
			    r->field[k].n)
				continue;
			crm_buf_str(&r->field[k], s);
			r->from[k] = r->open;
			r->to[k] = end;
		}
	}
	for (size_t i = 0; i < CRM_LEN(lines); i++)
		if ((crm_str_is(path, lines[i][0]) ||
		    crm_str_is(path, lines[i][1])) && !r->item[i].n)
			crm_buf_str(&r->item[i], s);
	if (crm_str_is(path, "InvoiceLine") ||
	    crm_str_is(path, "CreditNoteLine"))
		end_item(r);
}

static enum crm_status
walk(struct reader *r, struct crm_str xml, struct crm_err *err)
{
	struct crm_xml x;
	enum crm_xml_event e = CRM_XML_OPEN;
	enum crm_status st;
	crm_xml_init(&x, xml);
	r->xml = xml;
	while (!(st = crm_xml_next(&x, &e, err)) && e != CRM_XML_END) {
		if (e == CRM_XML_TEXT) {
			crm_buf_str(&r->text, crm_buf_view(&x.value));
		} else if (e == CRM_XML_OPEN) {
			if (r->path.n)
				crm_buf_c(&r->path, '/');
			crm_buf_str(&r->path, x.name);
			crm_buf_clear(&r->text);
			r->open = (size_t)(x.rest.p - xml.p);
		} else {
			take(r, x.rest);
			crm_buf_clear(&r->text);
			while (r->path.n && r->path.p[r->path.n - 1] != '/')
				r->path.n--;
			r->path.n -= r->path.n > 0;
		}
	}
	crm_xml_release(&x);
	if (!st && !r->field[0].n)
		st = crm_err_set(err, CRM_INVALID, "ubl.invoice",
		    _("no UBL invoice: Invoice/ID is missing"));
	/* what is given back is owed the other way */
	if (!st && r->credit && r->field[AMOUNT].n &&
	    *r->field[AMOUNT].p != '-') {
		struct crm_buf b = { 0 };
		crm_buf_c(&b, '-');
		crm_buf_str(&b, crm_buf_view(&r->field[AMOUNT]));
		crm_buf_release(&r->field[AMOUNT]);
		r->field[AMOUNT] = b;
	}
	return st;
}

static void
print(struct reader *r, struct crm_buf *line)
{
	crm_buf_z(line, "{\"type\":\"invoice\"");
	if (r->field[6].n) {
		struct crm_buf ref = { 0 };
		crm_buf_printf(&ref, "tax_id:%.*s",
		    CRM_FMT(crm_buf_view(&r->field[6])));
		crm_json_add_str(line, "account", crm_buf_view(&ref));
		crm_buf_release(&ref);
	}
	static const size_t order[] = { 0, 1, 2, 5, 3 };
	for (size_t i = 0; i < CRM_LEN(order); i++)
		if (r->field[order[i]].n)
			crm_json_add_str(line, fields[order[i]],
			    crm_buf_view(&r->field[order[i]]));
	if (r->items.n) {
		crm_json_key(line, "items");
		crm_buf_c(line, '[');
		crm_buf_str(line, crm_buf_view(&r->items));
		crm_buf_c(line, ']');
	}
	if (r->field[4].n)
		crm_json_add_str(line, "notes", crm_buf_view(&r->field[4]));
	if (r->field[7].n)
		crm_json_add_str(line, "customer", crm_buf_view(&r->field[7]));
	if (r->credit)
		crm_json_add_str(line, "kind", CRM_STR("credit_note"));
}

static void
release(struct reader *r)
{
	for (size_t i = 0; i < CRM_LEN(r->field); i++)
		crm_buf_release(&r->field[i]);
	for (size_t i = 0; i < CRM_LEN(r->item); i++)
		crm_buf_release(&r->item[i]);
	crm_buf_release(&r->path);
	crm_buf_release(&r->items);
	crm_buf_release(&r->text);
}

enum crm_status
crm_ubl_read(struct crm_str xml, struct crm_buf *line, struct crm_err *err)
{
	struct reader r = { .path = { 0 } };
	enum crm_status st = walk(&r, xml, err);
	if (!st)
		print(&r, line);
	release(&r);
	return st;
}

static struct crm_str
text_of(struct crm_str line, const char *path, struct crm_buf *b)
{
	struct crm_str val;
	crm_buf_clear(b);
	if (crm_json_path(line, crm_str_z(path), &val))
		crm_json_text(b, val);
	return crm_buf_view(b);
}

static void
element(struct crm_buf *out, const char *name, struct crm_str text,
    struct crm_str currency)
{
	if (!text.n)
		return;
	crm_buf_printf(out, "<cbc:%s", name);
	if (currency.n)
		crm_buf_printf(out, " currencyID=\"%.*s\"", CRM_FMT(currency));
	crm_buf_c(out, '>');
	crm_xml_escape(out, text);
	crm_buf_printf(out, "</cbc:%s>\n", name);
}

static void
items(struct crm_buf *out, struct crm_str line, struct crm_str currency,
    bool credit)
{
	static const struct crm_str none;
	struct crm_str list, key, one;
	struct crm_buf b = { 0 };
	if (!crm_json_get(line, CRM_STR("items"), &list) ||
	    crm_json_kind(list) != '[')
		return;
	struct crm_json_iter it = crm_json_iter(list);
	for (size_t i = 1; crm_json_next(&it, &key, &one); i++) {
		crm_buf_printf(out, "<cac:%sLine>\n<cbc:ID>%zu</cbc:ID>\n",
		    credit ? "CreditNote" : "Invoice", i);
		element(out, credit ? "CreditedQuantity" : "InvoicedQuantity",
		    text_of(one, "quantity", &b), none);
		element(out, "LineExtensionAmount", text_of(one, "amount", &b),
		    currency);
		struct crm_str name = text_of(one, "name", &b);
		if (!name.n)
			name = text_of(one, "product", &b);
		crm_buf_z(out, "<cac:Item>\n");
		element(out, "Name", name, none);
		crm_buf_z(out, "</cac:Item>\n");
		if (text_of(one, "price", &b).n) {
			crm_buf_z(out, "<cac:Price>\n");
			element(out, "PriceAmount", crm_buf_view(&b), currency);
			crm_buf_z(out, "</cac:Price>\n");
		}
		crm_buf_printf(out, "</cac:%sLine>\n", credit ? "CreditNote" :
		    "Invoice");
	}
	crm_buf_release(&b);
}

/* Are the lines those of the document? */
static bool
same_items(struct reader *r, struct crm_str line)
{
	struct crm_buf was = { 0 }, a = { 0 }, b = { 0 };
	struct crm_str list = { NULL, 0 }, key, one, other;
	crm_buf_printf(&was, "[%.*s]", CRM_FMT(crm_buf_view(&r->items)));
	(void)crm_json_get(line, CRM_STR("items"), &list);
	struct crm_json_iter it = crm_json_iter(crm_buf_view(&was));
	struct crm_json_iter now = crm_json_iter(list);
	bool same = list.n || !r->items.n;
	while (same && crm_json_next(&it, &key, &one)) {
		same = crm_json_next(&now, &key, &other);
		for (size_t i = 0; same && i < CRM_LEN(keys); i++)
			same = crm_str_eq(text_of(one, keys[i], &a),
			    text_of(other, keys[i], &b));
	}
	same = same && !(list.n && crm_json_next(&now, &key, &other));
	crm_buf_release(&was);
	crm_buf_release(&a);
	crm_buf_release(&b);
	return same;
}

/* What the record says of a field now, as the document would write it. */
static struct crm_str
now_says(const struct reader *r, struct crm_str line, size_t k,
    struct crm_buf *b)
{
	struct crm_str was = crm_buf_view(&r->field[k]);
	struct crm_str now = text_of(line, k == TAX ? "account" : fields[k],
	    b);
	if (k == TAX)	/* an id of ours says nothing here */
		return crm_str_starts(now, CRM_STR("tax_id:")) ?
		    crm_str_sub(now, 7, now.n) : was;
	return now;
}

/* The document that the record came as, with the texts of changed fields; false
 * where it has to be written anew. */
static bool
write_kept(struct crm_str line, struct crm_buf *out)
{
	struct reader r = { .path = { 0 } };
	struct crm_buf xml = { 0 }, b = { 0 };
	struct crm_str text = text_of(line, "raw.ubl.text", &xml);
	bool good = text.n && !walk(&r, text, NULL) && same_items(&r, line);
	size_t from = out->n, at = 0;
	for (size_t k = 0; good && k < CRM_LEN(fields); k++) {
		struct crm_str now = now_says(&r, line, k, &b);
		good = crm_str_eq(now, crm_buf_view(&r.field[k])) || (now.n &&
		    r.to[k] > r.from[k]);
	}
	while (good) {		/* in the order of the document */
		size_t next = CRM_LEN(fields);
		for (size_t k = 0; k < CRM_LEN(fields); k++)
			if (r.from[k] > at && !crm_str_eq(now_says(&r, line, k,
			    &b), crm_buf_view(&r.field[k])) &&
			    (next == CRM_LEN(fields) ||
			    r.from[k] < r.from[next]))
				next = k;
		if (next == CRM_LEN(fields))
			break;
		struct crm_str now = now_says(&r, line, next, &b);
		crm_buf_add(out, text.p + at, r.from[next] - at);
		if (next == AMOUNT && r.credit && *now.p == '-')
			now = crm_str_sub(now, 1, now.n);
		else if (next == AMOUNT && r.credit)
			crm_buf_c(out, '-');
		crm_xml_escape(out, now);
		at = r.to[next];
	}
	if (good)
		crm_buf_add(out, text.p + at, text.n - at);
	else
		out->n = from;
	release(&r);
	crm_buf_release(&xml);
	crm_buf_release(&b);
	return good;
}

/* The kept document in the encoding that it had, with its byte order mark. */
static enum crm_status
write_bytes(struct crm_str line, struct crm_str text, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_buf name = { 0 }, mark = { 0 }, whole = { 0 };
	struct crm_encoder *e = NULL;
	enum crm_status st = CRM_OK;
	if (text_of(line, "raw.ubl.bom", &mark).n)
		crm_buf_z(&whole, "\xef\xbb\xbf");
	crm_buf_str(&whole, text);
	if (text_of(line, "raw.ubl.encoding", &name).n)
		st = crm_encoder_new(crm_buf_cstr(&name), &e, err);
	if (!st && e)
		st = crm_encode(e, crm_buf_view(&whole), out, err);
	else if (!st)
		crm_buf_str(out, crm_buf_view(&whole));
	crm_encoder_free(e);
	crm_buf_release(&name);
	crm_buf_release(&mark);
	crm_buf_release(&whole);
	return st;
}

/* Whom the invoice is for: the name, the tax number. */
static void
write_customer(struct crm_buf *out, struct crm_str line)
{
	static const struct crm_str none;
	struct crm_buf b = { 0 }, name = { 0 };
	struct crm_str tax = text_of(line, "account", &b);
	bool has = crm_str_starts(tax, CRM_STR("tax_id:"));
	struct crm_str customer = text_of(line, "customer", &name);
	if (has || customer.n) {
		crm_buf_z(out, "<cac:AccountingCustomerParty>\n<cac:Party>\n");
		if (customer.n) {
			crm_buf_z(out, "<cac:PartyName>\n");
			element(out, "Name", customer, none);
			crm_buf_z(out, "</cac:PartyName>\n");
		}
		if (has) {
			crm_buf_z(out, "<cac:PartyTaxScheme>\n");
			element(out, "CompanyID", crm_str_sub(tax, 7, tax.n),
			    none);
			crm_buf_z(out, "</cac:PartyTaxScheme>\n");
		}
		crm_buf_z(out, "</cac:Party>\n</cac:AccountingCustomerParty>\n");
	}
	crm_buf_release(&b);
	crm_buf_release(&name);
}

/* A document of our own. A credit note has no due date of its own but that of
 * its means of payment (code 1: not said, UN/ECE 4461). */
static void
write_fresh(struct crm_str line, struct crm_buf *out)
{
	static const struct crm_str none;
	struct crm_buf b = { 0 }, cur = { 0 };
	struct crm_str currency = text_of(line, "currency", &cur);
	bool credit = crm_str_is(text_of(line, "kind", &b), "credit_note");
	const char *root = credit ? "CreditNote" : "Invoice";
	crm_buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<%s xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:%s-2\""
	    " xmlns:cac=\"urn:oasis:names:specification:ubl:schema:"
	    "xsd:CommonAggregateComponents-2\" xmlns:cbc=\"urn:oasis:names:"
	    "specification:ubl:schema:xsd:CommonBasicComponents-2\">\n"
	    "<cbc:UBLVersionID>2.1</cbc:UBLVersionID>\n", root, root);
	element(out, "ID", text_of(line, "number", &b), none);
	element(out, "IssueDate", text_of(line, "issued", &b), none);
	if (!credit)
		element(out, "DueDate", text_of(line, "due", &b), none);
	element(out, "Note", text_of(line, "notes", &b), none);
	element(out, "DocumentCurrencyCode", currency, none);
	write_customer(out, line);
	if (credit && text_of(line, "due", &b).n) {
		crm_buf_z(out, "<cac:PaymentMeans>\n<cbc:PaymentMeansCode>1"
		    "</cbc:PaymentMeansCode>\n");
		element(out, "PaymentDueDate", crm_buf_view(&b), none);
		crm_buf_z(out, "</cac:PaymentMeans>\n");
	}
	crm_buf_z(out, "<cac:LegalMonetaryTotal>\n");
	struct crm_str sum = text_of(line, "amount", &b);
	element(out, "PayableAmount", credit && *sum.p == '-' ?
	    crm_str_sub(sum, 1, sum.n) : sum, currency);
	crm_buf_z(out, "</cac:LegalMonetaryTotal>\n");
	items(out, line, currency, credit);
	crm_buf_printf(out, "</%s>\n", root);
	crm_buf_release(&b);
	crm_buf_release(&cur);
}

enum crm_status
crm_ubl_write(struct crm_message_state *s, struct crm_str line,
    struct crm_buf *out, struct crm_err *err)
{
	static const char *const needed[] = { "number", "issued", "currency",
		"amount" };
	struct crm_buf b = { 0 };
	(void)s;
	if (write_kept(line, &b)) {
		enum crm_status st = write_bytes(line, crm_buf_view(&b), out,
		    err);
		crm_buf_release(&b);
		return st;
	}
	for (size_t i = 0; i < CRM_LEN(needed); i++)
		if (!text_of(line, needed[i], &b).n) {
			crm_buf_release(&b);
			return crm_err_field(err, CRM_INVALID, "ubl.missing",
			    crm_str_z(needed[i]), _("a UBL invoice has one"));
		}
	crm_buf_release(&b);
	write_fresh(line, out);
	return CRM_OK;
}
