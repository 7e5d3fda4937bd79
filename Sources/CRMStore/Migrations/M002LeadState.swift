/// Leads get a US state or region of their own. What an import had kept as a custom field of that name moves into it.
enum LeadState {
  static let sql = """
    ALTER TABLE lead ADD COLUMN state TEXT;
    UPDATE lead SET state = json_extract(custom_fields, '$.state'),
      custom_fields = nullif(json_remove(custom_fields, '$.state'), '{}')
      WHERE json_extract(custom_fields, '$.state') IS NOT NULL;
    DELETE FROM custom_field WHERE kind = 'lead' AND name = 'state';
    """
}
