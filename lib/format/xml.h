/* XML (1.0) as a stream of events: elements, attributes, text. Strict where it
 * matters; no document types, no entities but the five and numbers, so there
 * is nothing to expand or fetch. Input is UTF-8. */
#ifndef CRM_XML_H
#define CRM_XML_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

enum crm_xml_event { CRM_XML_OPEN, CRM_XML_CLOSE, CRM_XML_TEXT, CRM_XML_END };

enum { CRM_XML_DEPTH = 64 };

struct crm_xml {
	struct crm_str text, rest;
	struct crm_str name;	/* OPEN, CLOSE: without its prefix */
	struct crm_str attrs;	/* OPEN: raw */
	struct crm_buf value;	/* TEXT: references resolved */
	bool empty;		/* a CLOSE is owed for <x/> */
	struct crm_str stack[CRM_XML_DEPTH];
	unsigned depth;
};

void crm_xml_init(struct crm_xml *x, struct crm_str text);
/* The next event. INVALID "xml.syntax", "xml.depth", "xml.doctype". */
enum crm_status crm_xml_next(struct crm_xml *x, enum crm_xml_event *event,
    struct crm_err *err) CRM_MUST;
/* An attribute of the element just opened, appended; false where absent. */
bool crm_xml_attr(const struct crm_xml *x, const char *name,
    struct crm_buf *out);
void crm_xml_release(struct crm_xml *x);
/* Text made safe for an element's or attribute's inside. */
void crm_xml_escape(struct crm_buf *b, struct crm_str s);

#endif
