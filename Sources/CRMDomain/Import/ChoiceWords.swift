/// What other programs and other languages call the documented choices.
enum ChoiceWords {
  /// The choice of `field` that `text` means, or nil if it means none of them.
  static func choice(_ text: String, of field: FieldInfo) -> String? {
    table(for: field)[key(text)]
  }

  /// Every word for a choice of `field`, folded, and the choice.
  static func table(for field: FieldInfo) -> [String: String] {
    var table: [String: String] = [:]
    for choice in field.choices {
      for word in words[field.name + "." + choice.value, default: ""].split(separator: "|") {
        table[key(String(word))] = choice.value
      }
      for word in words[choice.value, default: ""].split(separator: "|") { table[key(String(word))] = choice.value }
    }
    for choice in field.choices {
      table[key(choice.label)] = choice.value
      table[key(choice.value)] = choice.value
    }
    return table
  }

  static func key(_ text: String) -> String { HeaderName.key(text) }

  /// Words for a choice in every field that has it, or, with the field before it, in that field only.
  private static let words: [String: String] = [
    // Lead status
    "new":
      "open|open not contacted|not contacted|fresh|neu|offen|nouveau|nouvelle|ouvert|nuevo|nueva|abierto|novo|nova|aberto|新規|未対応",
    "contacted": """
    working|working contacted|attempted to contact|attempting contact|connected|in progress|kontaktiert|in kontakt\
    |in bearbeitung|contacté|contactée|en cours|contactado|contactada|en contacto|en progreso|em contato|em andamento\
    |連絡済み|連絡済|コンタクト済み|対応中
    """,
    "qualified":
      "qualifiziert|qualifié|qualifiée|calificado|cualificado|qualificado|qualificada|open deal|sql|見込みあり|適格|有望",
    "unqualified": """
    disqualified|not qualified|junk|junk lead|bad timing|closed not converted|unqualifiziert|nicht qualifiziert\
    |disqualifiziert|non qualifié|disqualifié|no calificado|no cualificado|descartado|não qualificado|desqualificado\
    |不適格|見込みなし|対象外
    """,
    "converted": "closed converted|customer|konvertiert|umgewandelt|converti|convertie|convertido|convertida|転換済み|成約",
    "lost": "lost lead|dead|closed lost|verloren|perdu|perdue|perdido|perdida|失注",
    // Priority
    "low": "niedrig|gering|cold|basse|faible|baja|bajo|baixa|baixo|低|低い",
    "medium": "normal|mittel|moderate|warm|moyenne|moyen|normale|media|medio|média|médio|中|普通",
    "high": "hoch|wichtig|important|hot|haute|élevée|alta|alto|高|高い",
    "urgent": "critical|highest|immediate|dringend|sehr hoch|urgente|très haute|muy alta|muito alta|crítica|緊急|至急",
    // Lead source
    "website":
      "web|web site|web form|online|internet|inbound web|webseite|site web|sitio web|página web|site|ウェブサイト|web サイト|ウェブ",
    "referral": """
    referred|word of mouth|employee referral|external referral|customer referral|empfehlung|recommandation|parrainage\
    |recomendación|referido|indicação|recomendação|紹介
    """,
    "social_media":
      "social|linkedin|facebook|twitter|instagram|soziale medien|réseaux sociaux|redes sociales|redes sociais|sns|ソーシャルメディア",
    "email_campaign": """
    email|e-mail|email marketing|newsletter|e-mail-kampagne|kampagne|campagne e-mail|emailing|campaña de correo\
    |campaña de email|campanha de email|campanha de e-mail|メール|メルマガ|メールキャンペーン
    """,
    "cold_call":
      "phone|telephone|call|phone inquiry|cold calling|kaltakquise|telefon|telefonakquise|appel à froid|prospection téléphonique|llamada en frío|ligação fria|テレアポ|電話",
    "trade_show":
      "tradeshow|event|conference|expo|fair|exhibition|messe|veranstaltung|salon|salon professionnel|feria|evento|feira|展示会|イベント",
    "advertisement":
      "ad|ads|advertising|paid search|paid social|google ads|adwords|anzeige|werbung|publicité|annonce|publicidad|anuncio|publicidade|anúncio|広告",
    "lead_source.other": "sonstige|sonstiges|andere|autre|autres|otro|otros|otra|outro|outros|outra|その他",
    "task_type.other":
      "sonstige|sonstiges|andere|autre|otro|otra|outro|outra|to do|todo|task|aufgabe|tâche|tarea|tarefa|その他",
    // People
    "mr": "mr.|herr|hr|m|m.|monsieur|sr|sr.|señor|senhor|mister",
    "mrs": "mrs.|frau|fr|mme|mme.|madame|sra|sra.|señora|senhora",
    "ms": "ms.|miss|fräulein|mlle|mademoiselle|srta|srta.|señorita",
    "dr": "dr.|doctor|doktor|docteur|dra|dra.|doutor|doutora",
    "prof": "prof.|professor|professeur|profesor|professora",
    "contact_type.customer": "client|buyer|kunde|kundin|acheteur|cliente|comprador|顧客|既存顧客",
    "prospect": "lead|potential customer|interessent|interessentin|prospecto|potencial|見込み客|見込客|リード",
    "vendor": "supplier|lieferant|fournisseur|proveedor|fornecedor|仕入先|ベンダー",
    "partner": "reseller|partenaire|socio|parceiro|パートナー",
    // Deals
    "prospecting": """
    prospection|new|lead in|appointment scheduled|needs analysis|appointmentscheduled|akquise|prospektion|prospección\
    |prospecção|prospecto|新規|アプローチ
    """,
    "qualification":
      "qualified|qualified to buy|qualifiedtobuy|id decision makers|contact made|qualifizierung|qualifikation|calificación|cualificación|qualificação|ヒアリング|見込み確認",
    "stage.proposal":
      "proposal price quote|proposal made|presentation scheduled|presentationscheduled|value proposition|quote|angebot|proposition|devis|propuesta|proposta|提案|見積",
    "task_type.proposal": "angebot|proposition|devis|propuesta|proposta|quote|提案|見積",
    "negotiation":
      "negotiation review|negotiations started|decision maker bought in|contract sent|contractsent|verhandlung|négociation|negociación|negociação|交渉|商談中",
    "closed_won":
      "won|closedwon|gewonnen|gagné|gagnée|ganado|ganada|cerrado ganado|cerrada ganada|ganho|ganha|fechado ganho|受注|成約",
    "closed_lost":
      "lost|closedlost|verloren|perdu|perdue|perdido|perdida|cerrado perdido|cerrada perdida|fechado perdido|失注",
    // Tasks and activities
    "call": "phone call|phone|anruf|telefonat|appel|llamada|ligação|chamada|電話",
    "task_type.email": "e-mail|mail|courriel|correo|メール",
    "activity_type.email": "e-mail|mail|courriel|correo|メール",
    "meeting":
      "appointment|lunch|event|besprechung|termin|treffen|meeting call|réunion|rendez-vous|rdv|reunión|cita|reunião|会議|打ち合わせ|訪問",
    "follow_up": "follow-up|followup|nachfassen|wiedervorlage|relance|suivi|seguimiento|acompanhamento|フォロー|フォローアップ",
    "demo": "demonstration|vorführung|démonstration|démo|demostración|demonstração|デモ",
    "note": "notes|notiz|nota|メモ",
    "task": "to do|todo|aufgabe|tâche|tarea|tarefa|タスク",
    "pending":
      "not started|open|to do|todo|waiting|deferred|offen|nicht begonnen|ausstehend|en attente|à faire|pendiente|pendente|no iniciado|não iniciado|未着手|未完了|保留",
    "in_progress":
      "started|working|working on it|doing|in arbeit|in bearbeitung|begonnen|en cours|en progreso|en curso|em andamento|em progresso|進行中|対応中|作業中",
    "completed":
      "complete|done|finished|closed|erledigt|abgeschlossen|fertig|terminé|terminée|fait|completado|completada|hecho|concluído|concluída|feito|完了|完了済み",
    "cancelled": "canceled|abgebrochen|storniert|annulé|annulée|cancelado|cancelada|キャンセル|中止",
  ]
}
