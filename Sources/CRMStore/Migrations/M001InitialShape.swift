/// The first shape of the file. Later shapes are added by later migrations; this text never changes.
enum InitialShape {
  /// The kinds that had an index of free words.
  static let searched = ["lead", "contact", "opportunity", "task", "activity"]

  static func textIndex(of kind: String) -> String {
    """
    CREATE VIEW \(kind)_live AS SELECT id, search_text FROM "\(kind)" WHERE deleted_at IS NULL;
    CREATE VIRTUAL TABLE \(kind)_text USING fts5(
      search_text, content='\(kind)_live', content_rowid='id', tokenize='trigram case_sensitive 1', detail=none,
      columnsize=0);
    """
  }

  static let sql = """
    CREATE TABLE "user" (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      "username" TEXT,
      "email" TEXT,
      "first_name" TEXT,
      "last_name" TEXT,
      "role" TEXT,
      "is_active" INTEGER,
      "is_me" INTEGER,
      "created_at" INTEGER,
      "updated_at" INTEGER,
      search_text TEXT,
      deleted_at INTEGER
    );
    CREATE TABLE "tag" (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      "name" TEXT,
      "description" TEXT,
      "created_at" INTEGER,
      "updated_at" INTEGER,
      search_text TEXT,
      deleted_at INTEGER
    );
    CREATE TABLE "board" (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      "name" TEXT,
      "position" INTEGER,
      "created_at" INTEGER,
      "updated_at" INTEGER,
      search_text TEXT,
      deleted_at INTEGER
    );
    CREATE TABLE "stage" (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      "board" INTEGER REFERENCES "board"(id) DEFERRABLE INITIALLY DEFERRED,
      "name" TEXT,
      "key" TEXT,
      "probability" INTEGER,
      "rot_days" INTEGER,
      "position" INTEGER,
      "outcome" TEXT,
      "created_at" INTEGER,
      "updated_at" INTEGER,
      search_text TEXT,
      deleted_at INTEGER
    );
    CREATE TABLE "contact" (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      "first_name" TEXT,
      "last_name" TEXT,
      "company_name" TEXT,
      "job_title" TEXT,
      "email" TEXT,
      "phone" TEXT,
      "mobile" TEXT,
      "contact_type" TEXT,
      "status" TEXT,
      "assigned_to" INTEGER REFERENCES "user"(id) DEFERRABLE INITIALLY DEFERRED,
      "salutation" TEXT,
      "department" TEXT,
      "address_line_1" TEXT,
      "address_line_2" TEXT,
      "city" TEXT,
      "state" TEXT,
      "postal_code" TEXT,
      "country" TEXT,
      "source" TEXT,
      "website" TEXT,
      "linkedin" TEXT,
      "twitter" TEXT,
      "tags" TEXT,
      "notes" TEXT,
      "custom_fields" TEXT,
      "created_by" INTEGER REFERENCES "user"(id) DEFERRABLE INITIALLY DEFERRED,
      "created_at" INTEGER,
      "updated_at" INTEGER,
      search_text TEXT,
      deleted_at INTEGER
    );
    CREATE TABLE "lead" (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      "first_name" TEXT,
      "last_name" TEXT,
      "company_name" TEXT,
      "status" TEXT,
      "priority" TEXT,
      "lead_score" INTEGER,
      "estimated_value" INTEGER,
      "email" TEXT,
      "phone" TEXT,
      "job_title" TEXT,
      "lead_source" TEXT,
      "assigned_to" INTEGER REFERENCES "user"(id) DEFERRABLE INITIALLY DEFERRED,
      "next_follow_up" INTEGER,
      "last_contact_date" INTEGER,
      "probability" INTEGER,
      "tags" TEXT,
      "notes" TEXT,
      "custom_fields" TEXT,
      "converted_at" INTEGER,
      "converted_contact" INTEGER REFERENCES "contact"(id) DEFERRABLE INITIALLY DEFERRED,
      "converted_opportunity" INTEGER REFERENCES "opportunity"(id) DEFERRABLE INITIALLY DEFERRED,
      "owner" INTEGER REFERENCES "user"(id) DEFERRABLE INITIALLY DEFERRED,
      "created_at" INTEGER,
      "updated_at" INTEGER,
      search_text TEXT,
      deleted_at INTEGER
    );
    CREATE TABLE "opportunity" (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      "name" TEXT,
      "company_name" TEXT,
      "stage" TEXT,
      "amount" INTEGER,
      "currency" TEXT,
      "probability" INTEGER,
      "expected_close_date" TEXT,
      "contact" INTEGER REFERENCES "contact"(id) DEFERRABLE INITIALLY DEFERRED,
      "assigned_to" INTEGER REFERENCES "user"(id) DEFERRABLE INITIALLY DEFERRED,
      "description" TEXT,
      "actual_close_date" TEXT,
      "last_activity_date" INTEGER,
      "lost_reason" TEXT,
      "tags" TEXT,
      "notes" TEXT,
      "custom_fields" TEXT,
      "lead" INTEGER REFERENCES "lead"(id) DEFERRABLE INITIALLY DEFERRED,
      "board" INTEGER REFERENCES "board"(id) DEFERRABLE INITIALLY DEFERRED,
      "stage_entered_at" INTEGER,
      "owner" INTEGER REFERENCES "user"(id) DEFERRABLE INITIALLY DEFERRED,
      "created_at" INTEGER,
      "updated_at" INTEGER,
      search_text TEXT,
      deleted_at INTEGER
    );
    CREATE TABLE "task" (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      "title" TEXT,
      "task_type" TEXT,
      "due_date" INTEGER,
      "status" TEXT,
      "priority" TEXT,
      "assigned_to" INTEGER REFERENCES "user"(id) DEFERRABLE INITIALLY DEFERRED,
      "description" TEXT,
      "reminder_date" INTEGER,
      "lead" INTEGER REFERENCES "lead"(id) DEFERRABLE INITIALLY DEFERRED,
      "contact" INTEGER REFERENCES "contact"(id) DEFERRABLE INITIALLY DEFERRED,
      "opportunity" INTEGER REFERENCES "opportunity"(id) DEFERRABLE INITIALLY DEFERRED,
      "completed_at" INTEGER,
      "created_by" INTEGER REFERENCES "user"(id) DEFERRABLE INITIALLY DEFERRED,
      "created_at" INTEGER,
      "updated_at" INTEGER,
      search_text TEXT,
      deleted_at INTEGER
    );
    CREATE TABLE "activity" (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      "activity_type" TEXT,
      "subject" TEXT,
      "body" TEXT,
      "outcome" TEXT,
      "occurred_at" INTEGER,
      "duration_minutes" INTEGER,
      "user" INTEGER REFERENCES "user"(id) DEFERRABLE INITIALLY DEFERRED,
      "lead" INTEGER REFERENCES "lead"(id) DEFERRABLE INITIALLY DEFERRED,
      "contact" INTEGER REFERENCES "contact"(id) DEFERRABLE INITIALLY DEFERRED,
      "opportunity" INTEGER REFERENCES "opportunity"(id) DEFERRABLE INITIALLY DEFERRED,
      "created_at" INTEGER,
      "updated_at" INTEGER,
      search_text TEXT,
      deleted_at INTEGER
    );

    CREATE INDEX lead_by_score ON lead(lead_score DESC, id) WHERE deleted_at IS NULL;
    CREATE INDEX lead_by_name ON lead(last_name COLLATE FOLDED, first_name COLLATE FOLDED, id) WHERE deleted_at IS NULL;
    CREATE INDEX lead_by_company ON lead(company_name COLLATE FOLDED, id) WHERE deleted_at IS NULL;
    CREATE INDEX lead_by_email ON lead(email COLLATE FOLDED);
    CREATE INDEX lead_by_status ON lead(status, id) WHERE deleted_at IS NULL;
    CREATE INDEX lead_by_follow_up ON lead(next_follow_up) WHERE deleted_at IS NULL AND next_follow_up IS NOT NULL;
    CREATE INDEX contact_by_name ON contact(last_name COLLATE FOLDED, first_name COLLATE FOLDED, id) WHERE deleted_at IS NULL;
    CREATE INDEX contact_by_email ON contact(email COLLATE FOLDED);
    CREATE INDEX contact_by_company ON contact(company_name COLLATE FOLDED, id) WHERE deleted_at IS NULL;
    CREATE INDEX opportunity_by_stage ON opportunity(board, stage, expected_close_date) WHERE deleted_at IS NULL;
    CREATE INDEX opportunity_by_contact ON opportunity(contact) WHERE contact IS NOT NULL;
    CREATE INDEX opportunity_by_lead ON opportunity(lead) WHERE lead IS NOT NULL;
    CREATE INDEX lead_by_contact ON lead(converted_contact) WHERE converted_contact IS NOT NULL;
    CREATE INDEX lead_by_opportunity ON lead(converted_opportunity) WHERE converted_opportunity IS NOT NULL;
    CREATE INDEX task_by_due ON task(due_date) WHERE deleted_at IS NULL;
    CREATE INDEX stage_by_board ON stage(board, position);
    CREATE INDEX task_by_lead ON task(lead) WHERE lead IS NOT NULL;
    CREATE INDEX task_by_contact ON task(contact) WHERE contact IS NOT NULL;
    CREATE INDEX task_by_opportunity ON task(opportunity) WHERE opportunity IS NOT NULL;
    CREATE INDEX activity_by_lead ON activity(lead) WHERE lead IS NOT NULL;
    CREATE INDEX activity_by_contact ON activity(contact) WHERE contact IS NOT NULL;
    CREATE INDEX activity_by_opportunity ON activity(opportunity) WHERE opportunity IS NOT NULL;

    CREATE TABLE operation (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      origin TEXT NOT NULL,
      verb TEXT NOT NULL,
      title TEXT NOT NULL,
      target INTEGER REFERENCES operation(id),
      undone_by INTEGER REFERENCES operation(id)
    );
    CREATE INDEX operation_undone ON operation(undone_by) WHERE undone_by IS NOT NULL;
    CREATE TABLE change (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      operation INTEGER NOT NULL REFERENCES operation(id),
      kind TEXT NOT NULL,
      record INTEGER NOT NULL,
      last_record INTEGER NOT NULL,
      action TEXT NOT NULL,
      fields TEXT
    );
    CREATE INDEX change_by_operation ON change(operation);
    CREATE INDEX change_by_record ON change(kind, record);
    CREATE INDEX change_ranges ON change(kind, record, last_record) WHERE last_record > record;
    CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE draft (key TEXT PRIMARY KEY, fields TEXT NOT NULL, saved_at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE custom_field (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      label TEXT NOT NULL,
      type TEXT NOT NULL,
      choices TEXT,
      UNIQUE (kind, name)
    );
    """
}
