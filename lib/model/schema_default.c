/* The shipped schemas, compiled into the library at build time. */
#include "model/schema.h"

static const unsigned char blob[] = {
#include "schema_blob.inc"
};

const struct crm_schema *
crm_schema_default(void)
{
	static struct crm_schema *loaded;
	if (!loaded) {
		struct crm_err err = { 0 };
		struct crm_str b = { (const char *)blob, sizeof(blob) };
		if (crm_schema_load(b, &loaded, &err) != CRM_OK)
			abort();	/* the build made it: cannot be */
	}
	return loaded;
}
