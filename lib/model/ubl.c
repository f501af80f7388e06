/* Invoices as UBL 2.1 documents (OASIS, docs.oasis-open.org/ubl/UBL-2.1). */
#include "model/message.h"

#include "format/json.h"
#include "format/xml.h"

/* Where in the document each field stands; the customer is who pays. */
static const struct {
	const char *path, *field;
} places[] = {
	{ "Invoice/ID", "number" }, { "CreditNote/ID", "number" },
	{ "Invoice/IssueDate", "issued" }, { "CreditNote/IssueDate", "issued" },
	{ "Invoice/DueDate", "due" },
	{ "Invoice/PaymentMeans/PaymentDueDate", "due" },
	{ "Invoice/DocumentCurrencyCode", "currency" },
	{ "CreditNote/DocumentCurrencyCode", "currency" },
	{ "Invoice/Note", "notes" },
	{ "Invoice/LegalMonetaryTotal/PayableAmount", "amount" },
	{ "CreditNote/LegalMonetaryTotal/PayableAmount", "amount" },
	{ "Invoice/AccountingCustomerParty/Party/PartyTaxScheme/CompanyID",
	    "tax" },
	{ "Invoice/AccountingCustomerParty/Party/PartyName/Name", "customer" },
	{ "Invoice/AccountingCustomerParty/Party/PartyLegalEntity/"
	    "RegistrationName", "customer" },
	{ "Invoice/AccountingSupplierParty/Party/PartyName/Name", "supplier" },
};
static const struct {
	const char *path, *field;
} lines[] = {
	{ "Invoice/InvoiceLine/Item/Name", "name" },
	{ "Invoice/InvoiceLine/InvoicedQuantity", "quantity" },
	{ "Invoice/InvoiceLine/Price/PriceAmount", "price" },
	{ "Invoice/InvoiceLine/LineExtensionAmount", "amount" },
};

struct reader {
	struct crm_buf path, field[8], item[4], items, text;
};

static const char *const fields[] = { "number", "issued", "due", "currency",
	"notes", "amount", "tax", "customer" };

static void
end_item(struct reader *r)
{
	static const char *const keys[] = { "name", "quantity", "price",
		"amount" };
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

static void
take(struct reader *r)
{
	struct crm_str path = crm_buf_view(&r->path);
	struct crm_str s = crm_str_trim(crm_buf_view(&r->text));
	for (size_t i = 0; i < CRM_LEN(places); i++) {
		if (!crm_str_is(path, places[i].path))
			continue;
		for (size_t k = 0; k < CRM_LEN(fields); k++)
			if (!strcmp(fields[k], places[i].field) &&
			    !r->field[k].n)
				crm_buf_str(&r->field[k], s);
	}
	for (size_t i = 0; i < CRM_LEN(lines); i++)
		if (crm_str_is(path, lines[i].path) && !r->item[i].n)
			crm_buf_str(&r->item[i], s);
	if (crm_str_is(path, "Invoice/InvoiceLine"))
		end_item(r);
}

static enum crm_status
walk(struct reader *r, struct crm_str xml, struct crm_err *err)
{
	struct crm_xml x;
	enum crm_xml_event e = CRM_XML_OPEN;
	enum crm_status st;
	crm_xml_init(&x, xml);
	while (!(st = crm_xml_next(&x, &e, err)) && e != CRM_XML_END) {
		if (e == CRM_XML_TEXT) {
			crm_buf_str(&r->text, crm_buf_view(&x.value));
		} else if (e == CRM_XML_OPEN) {
			if (r->path.n)
				crm_buf_c(&r->path, '/');
			crm_buf_str(&r->path, x.name);
			crm_buf_clear(&r->text);
		} else {
			take(r);
			crm_buf_clear(&r->text);
			while (r->path.n && r->path.p[r->path.n - 1] != '/')
				r->path.n--;
			r->path.n -= r->path.n > 0;
		}
	}
	crm_xml_release(&x);
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
}

enum crm_status
crm_ubl_read(struct crm_str xml, struct crm_buf *line, struct crm_err *err)
{
	struct reader r = { .path = { 0 } };
	enum crm_status st = walk(&r, xml, err);
	if (!st && !r.field[0].n)
		st = crm_err_set(err, CRM_INVALID, "ubl.invoice",
		    _("no UBL invoice: Invoice/ID is missing"));
	if (!st)
		print(&r, line);
	for (size_t i = 0; i < CRM_LEN(r.field); i++)
		crm_buf_release(&r.field[i]);
	for (size_t i = 0; i < CRM_LEN(r.item); i++)
		crm_buf_release(&r.item[i]);
	crm_buf_release(&r.path);
	crm_buf_release(&r.items);
	crm_buf_release(&r.text);
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
items(struct crm_buf *out, struct crm_str line, struct crm_str currency)
{
	static const struct crm_str none;
	struct crm_str list, key, one;
	struct crm_buf b = { 0 };
	if (!crm_json_get(line, CRM_STR("items"), &list) ||
	    crm_json_kind(list) != '[')
		return;
	struct crm_json_iter it = crm_json_iter(list);
	for (size_t i = 1; crm_json_next(&it, &key, &one); i++) {
		crm_buf_printf(out, "<cac:InvoiceLine>\n<cbc:ID>%zu</cbc:ID>\n",
		    i);
		element(out, "InvoicedQuantity", text_of(one, "quantity", &b),
		    none);
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
		crm_buf_z(out, "</cac:InvoiceLine>\n");
	}
	crm_buf_release(&b);
}

enum crm_status
crm_ubl_write(struct crm_message_state *s, struct crm_str line,
    struct crm_buf *out, struct crm_err *err)
{
	static const struct crm_str none;
	static const char *const needed[] = { "number", "issued", "currency",
		"amount" };
	struct crm_buf b = { 0 }, cur = { 0 };
	(void)s;
	for (size_t i = 0; i < CRM_LEN(needed); i++)
		if (!text_of(line, needed[i], &b).n) {
			crm_buf_release(&b);
			return crm_err_field(err, CRM_INVALID, "ubl.missing",
			    crm_str_z(needed[i]), _("a UBL invoice has one"));
		}
	struct crm_str currency = text_of(line, "currency", &cur);
	crm_buf_z(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:"
	    "Invoice-2\" xmlns:cac=\"urn:oasis:names:specification:ubl:schema:"
	    "xsd:CommonAggregateComponents-2\" xmlns:cbc=\"urn:oasis:names:"
	    "specification:ubl:schema:xsd:CommonBasicComponents-2\">\n"
	    "<cbc:UBLVersionID>2.1</cbc:UBLVersionID>\n");
	element(out, "ID", text_of(line, "number", &b), none);
	element(out, "IssueDate", text_of(line, "issued", &b), none);
	element(out, "DueDate", text_of(line, "due", &b), none);
	element(out, "Note", text_of(line, "notes", &b), none);
	element(out, "DocumentCurrencyCode", currency, none);
	struct crm_str tax = text_of(line, "account", &b);
	bool has = crm_str_starts(tax, CRM_STR("tax_id:"));
	struct crm_buf name = { 0 };
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
	crm_buf_z(out, "<cac:LegalMonetaryTotal>\n");
	element(out, "PayableAmount", text_of(line, "amount", &b), currency);
	crm_buf_z(out, "</cac:LegalMonetaryTotal>\n");
	items(out, line, currency);
	crm_buf_z(out, "</Invoice>\n");
	crm_buf_release(&b);
	crm_buf_release(&cur);
	crm_buf_release(&name);
	return CRM_OK;
}
