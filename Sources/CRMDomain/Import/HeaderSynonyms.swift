/// What other programs and other languages call our fields: English first, then German, French, Spanish, Portuguese
/// and Japanese, as in the exports of Salesforce, HubSpot, Pipedrive, Outlook, Google, LinkedIn, Zoho, Monday, Close
/// and Copper.
enum HeaderSynonyms {
  /// A field of some kinds of record and the words for it, parted by `|`.
  struct Entry {
    let field: String
    let kinds: Set<EntityKind>
    let words: String

    init(_ field: String, _ kinds: Set<EntityKind>, _ words: String) {
      self.field = field
      self.kinds = kinds
      self.words = words
    }
  }

  private static let people: Set<EntityKind> = [.lead, .contact]
  private static let companies: Set<EntityKind> = [.lead, .contact, .opportunity]
  private static let everything: Set<EntityKind> = [.lead, .contact, .opportunity, .task, .activity]

  /// Words for a whole name, which is split, or is the half of it that no other column has.
  static let fullName = """
    name|full name|person name|contact name|lead name|display name|customer name|client name|contact|contact person
    |person|kontakt|kontaktname|kontaktperson|ansprechpartner|ansprechpartnerin|vollständiger name|kunde|kundenname
    |nom|nom complet|nom et prénom|prénom et nom|contact principal|interlocuteur|nom du contact
    |nombre|nombre completo|nombre y apellidos|nombre y apellido|persona de contacto|contacto|nombre del contacto
    |nome|nome completo|contato|nome do contato|pessoa de contato|nome e sobrenome|cliente
    |氏名|名前|お名前|担当者|担当者名|姓名|フルネーム|連絡先名|nome e cognome|item
    """

  static let entries: [Entry] = names + reachable + places + leads + deals + tasks + common

  private static let names = [
    Entry(
      "first_name", people,
      """
      given name|forename|christian name|fname|first|name first|contact first name|vorname|rufname|prénom|prenom
      |nombre de pila|primer nombre|nombres|nome próprio|primeiro nome|名|ファーストネーム|名（名前）|voornaam
      """),
    Entry(
      "last_name", people,
      """
      surname|family name|lname|last|name last|nachname|familienname|zuname|nom de famille|nom de naissance
      |apellido|apellidos|primer apellido|sobrenome|apelido|último nome|姓|苗字|名字|ラストネーム|achternaam|cognome
      """),
    Entry(
      "salutation", [.contact],
      """
      prefix|name prefix|honorific|courtesy title|mr mrs|anrede|civilité|titre de civilité|tratamiento|saludo
      |título de cortesía|tratamento|saudação|敬称|title|titre|titel
      """),
    Entry(
      "company_name", companies,
      """
      company|organization|organisation|organization name|organisation name|company name|account|account name|employer
      |business name|firm|business|associated company|organization 1 name|primary company|current company
      |deal organization|person organization|parent account|lead company|company organization
      |firma|firmenname|unternehmen|unternehmensname|organisationsname|betrieb|account firma
      |société|societe|entreprise|nom de l'entreprise|nom de la société|raison sociale|compte|nom du compte|organisme
      |empresa|compañía|nombre de la empresa|organización|razón social|nombre de empresa|cuenta|nombre de la cuenta
      |nome da empresa|companhia|organização|razão social|conta|nome da conta
      |会社|会社名|企業名|法人名|組織|勤務先|取引先|取引先名|社名|azienda|bedrijf
      """),
    Entry(
      "job_title", people,
      """
      title|position|job position|job|role|job role|occupation|organization 1 title|organization title|function
      |professional title|designation|current position|jobtitle|person title
      |berufsbezeichnung|stelle|stellenbezeichnung|funktion|beruf|titel|jobtitel
      |poste|fonction|titre|intitulé du poste|profession|titre du poste
      |cargo|puesto|puesto de trabajo|título|ocupación|profesión
      |função|posição|profissão|título do cargo
      |役職|職位|肩書|肩書き|職種|職務
      """),
    Entry(
      "department", [.contact],
      """
      dept|division|team|organization 1 department|organization department|abteilung|bereich|département|departement
      |service|departamento|área|area|setor|部署|部署名|部門|所属
      """),
  ]

  private static let reachable = [
    Entry(
      "email", people,
      """
      e-mail|mail|email address|e-mail address|mail address|email 1|e-mail 1 value|email 1 value|work email
      |business email|primary email|email work|emails|contact email|person email|person email work|mailadresse
      |e-mail-adresse|emailadresse|email-adresse|mail adresse|e-mail geschäftlich|geschäftliche e-mail
      |courriel|adresse e-mail|adresse mail|adresse email|adresse courriel|mél|adresse électronique|adresse de messagerie
      |e-mail professionnel
      |correo|correo electrónico|email corporativo|dirección de correo|dirección de correo electrónico|dirección de email
      |e-mail corporativo|endereço de email|endereço de e-mail|correio eletrônico|correio eletrónico|e-mail comercial
      |メール|メールアドレス|eメール|電子メール|e-mailアドレス|emailアドレス|posta elettronica
      """),
    Entry(
      "phone", people,
      """
      telephone|phone number|tel|business phone|work phone|phone 1 value|phone work|primary phone|office phone|telephone 1
      |telephone number|direct phone|phone 1|phones|direct line|person phone|person phone work|company main phone
      |contact phone|contact number|contact phone number|work direct phone|main phone
      |telefon|telefonnummer|tel.-nr.|rufnummer|telefon geschäftlich|festnetz|tel nr|telefon 1
      |téléphone|numéro de téléphone|tél|tél.|téléphone fixe|téléphone professionnel|n° de téléphone
      |teléfono|número de teléfono|teléfono fijo|tfno|teléfono de trabajo
      |telefone|número de telefone|fone|telefone comercial|telefone fixo
      |電話|電話番号|tel番号|代表電話|勤務先電話|telefono|telefoon
      """),
    Entry(
      "mobile", [.contact],
      """
      mobile phone|cell|cell phone|cellphone|mobile number|cellular|phone mobile|mobile phone number|person phone mobile
      |mobiltelefon|handy|handynummer|mobil|mobilnummer|mobilfunk|mobile telefonnummer
      |portable|téléphone portable|téléphone mobile|tél portable|numéro de portable|tél mobile|gsm
      |móvil|celular|teléfono móvil|teléfono celular|número de móvil
      |telemóvel|telefone celular|número de celular|telefone móvel
      |携帯|携帯電話|携帯番号|携帯電話番号|モバイル|cellulare
      """),
    Entry(
      "website", [.contact],
      """
      web|web site|url|website url|web page|homepage|home page|site|web address|company website|website 1 value|domain
      |webseite|internetseite|internetadresse|internet|site web|site internet|page web
      |sitio web|página web|pagina web|web de la empresa|site da empresa|página da web
      |ウェブサイト|ホームページ|サイト|webサイト|hp
      """),
    Entry(
      "linkedin", [.contact],
      """
      linkedin url|linkedin profile|linkedin profile url|linkedin bio|profile url|person linkedin url|linkedin-profil
      |profil linkedin|perfil de linkedin|perfil linkedin|perfil do linkedin|リンクトイン|url linkedin
      """),
    Entry(
      "twitter", [.contact],
      """
      twitter handle|twitter username|x handle|twitter url|x twitter|twitter account|compte twitter|twitter id
      |usuario de twitter|ツイッター
      """),
  ]

  private static let places = [
    Entry(
      "address_line_1", [.contact],
      """
      address|street|street address|address line 1|address 1|business street|mailing street|mailing address|street 1
      |address 1 street|billing street|work address|primary address street|postal address|address street
      |straße|strasse|adresse|anschrift|straße geschäftlich|straße und hausnummer|adresszeile 1
      |rue|adresse postale|adresse 1|adresse ligne 1|voie
      |dirección|calle|domicilio|dirección postal|dirección 1|calle y número
      |endereço|rua|logradouro|morada|endereço 1
      |住所|番地|町名番地|住所1|indirizzo
      """),
    Entry(
      "address_line_2", [.contact],
      """
      address 2|street 2|business street 2|address line 2|suite|apartment|adresszusatz|adresszeile 2|adresse 2
      |complément d'adresse|complément adresse|dirección 2|complemento|endereço 2|建物名|住所2
      |address 1 extended address
      """),
    Entry(
      "city", [.contact],
      """
      town|business city|mailing city|locality|billing city|address 1 city|work city|primary address city|address city
      |ort|stadt|wohnort|ort geschäftlich|ville|commune|localité|ciudad|población|localidad|municipio
      |cidade|município|市区町村|市|都市|市町村|città
      """),
    Entry(
      "state", [.contact],
      """
      region|province|county|state province|state region|business state|mailing state|billing state|address 1 region
      |mailing state province|state code|primary address state|address state
      |bundesland|kanton|région|departement région|provincia|estado|comunidad autónoma|uf|distrito
      |都道府県|県|州|provincia estado
      """),
    Entry(
      "postal_code", [.contact],
      """
      zip|zip code|postcode|post code|postal|business postal code|mailing zip|zip postal code|mailing zip postal code
      |address 1 postal code|billing zip|zipcode|primary address postal code|mailing postal code|address postal code
      |plz|postleitzahl|code postal|cp|código postal|c.p.|cep|código de endereçamento postal|郵便番号|〒|cap
      """),
    Entry(
      "country", [.contact],
      """
      country region|business country region|business country|mailing country|nation|address 1 country|billing country
      |country code|primary address country|address country
      |land|staat|land region|pays|pays région|país o región|país|pais|país región|国|国名|国籍|国/地域|paese
      """),
  ]

  private static let leads = [
    Entry(
      "lead_source", [.lead],
      """
      source|lead source|origin|channel|original source|source channel|how did you hear about us|utm source|lead origin
      |acquisition channel|contact source|first touch source
      |quelle|leadquelle|lead-quelle|herkunft|kanal|origine|source du lead|provenance|canal|source du prospect
      |origen|fuente|fuente del lead|origen del prospecto|origen del contacto|fuente de posible cliente
      |origem|fonte|origem do lead|fonte do lead|origem do contato
      |リードソース|流入元|流入経路|獲得経路|リード獲得元|情報源
      """),
    Entry(
      "source", [.contact],
      """
      contact source|lead source|origin|original source|acquisition channel|quelle|herkunft|kontaktquelle
      |origine|provenance|origen|fuente|origen del contacto|origem|fonte|情報源|流入元
      """),
    Entry(
      "status", [.lead, .contact],
      """
      lead status|contact status|current status|lead stage|lifecycle stage|lead state|stage|phase|lead-status|leadstatus
      |statut|état|etat|statut du lead|état du lead|situación|estado del lead|estado|fase|status do lead|situação|etapa
      |ステータス|状態|状況|リードステータス|リード状況
      """),
    Entry(
      "contact_type", [.contact],
      """
      type|contact type|category|relationship|lifecycle stage|customer type|kontaktart|kontakttyp|kategorie|typ|art
      |type de contact|catégorie|tipo|tipo de contacto|categoría|tipo de contato|categoria
      |種別|区分|連絡先タイプ|タイプ|顧客区分
      """),
    Entry(
      "lead_score", [.lead],
      """
      score|hubspot score|lead rating|lead scoring|rating score|punktzahl|bewertung|lead-score|note|score du lead
      |puntuación|puntaje|puntuación del lead|pontuação|pontuação do lead|スコア|リードスコア|得点
      """),
    Entry(
      "estimated_value", [.lead],
      """
      value|lead value|estimated value|deal value|potential value|expected revenue|amount|est value|opportunity value
      |potential|estimated revenue|annual value|estimated deal value|opportunity amount|expected value|budget
      |wert|geschätzter wert|potenzial|erwarteter umsatz|auftragswert|umsatzpotenzial|betrag
      |valeur|valeur estimée|montant|montant estimé|chiffre d'affaires estimé|potentiel
      |valor|valor estimado|importe|importe estimado|valor potencial|ingresos esperados|presupuesto
      |receita esperada|valor do lead|orçamento
      |見込み金額|見積金額|想定金額|金額|予算|予想売上|案件金額
      """),
    Entry(
      "next_follow_up", [.lead],
      """
      follow up|follow-up date|next contact|next step date|next activity date|next activity|next contact date
      |follow up on|next call|next follow up date|next task due
      |wiedervorlage|nächster kontakt|nächste aktivität|nachfassen am|relance|date de relance|prochain contact
      |prochaine action|prochaine relance|próximo seguimiento|próximo contacto|fecha de seguimiento|seguimiento
      |próximo contato|próximo acompanhamento|data de retorno|próxima atividade|próxima actividad
      |次回連絡日|次回フォロー|次回アクション日|次回連絡|フォロー日
      """),
    Entry(
      "last_contact_date", [.lead],
      """
      last contact|last contacted|last contacted at|last contact on|contacted at|last touch|last touched|last contacted on
      |last activity|last activity date|date last contacted|last communication date|last communication
      |letzter kontakt|zuletzt kontaktiert|letzte aktivität|letzter kontakt am|dernier contact|date du dernier contact
      |dernière activité|último contacto|fecha de último contacto|última actividad|fecha del último contacto
      |último contato|data do último contato|última atividade|data do último contacto
      |最終連絡日|最終接触日|最終コンタクト日|最終活動日|前回連絡日
      """),
    Entry(
      "converted_at", [.lead], "converted|converted date|conversion date|date converted|konvertiert am|converti le"),
  ]

  private static let deals = [
    Entry(
      "name", [.opportunity],
      """
      deal|deal name|opportunity|opportunity name|title|deal title|subject|project|project name|item|job name
      |verkaufschance|name der verkaufschance|dealname|geschäft|auftrag|projekt|bezeichnung|titel|chance
      |affaire|nom de l'affaire|opportunité|nom de l'opportunité|nom|intitulé|titre|nom de la transaction|libellé
      |oportunidad|nombre de la oportunidad|negocio|nombre del negocio|nombre|nombre del trato|título|trato
      |oportunidade|nome da oportunidade|negócio|nome do negócio|nome
      |案件|案件名|商談|商談名|取引名|件名|名前
      """),
    Entry(
      "amount", [.opportunity],
      """
      value|deal value|deal amount|opportunity amount|total|total amount|price|sum|revenue|contract value|amount usd
      |expected revenue|deal size|opportunity value|acv|arr|primary value|amount in company currency|total value
      |betrag|wert|auftragswert|volumen|summe|umsatz|auftragsvolumen|angebotssumme|dealwert
      |montant|valeur|montant total|montant de l'affaire|chiffre d'affaires|prix|montant ht
      |importe|valor|monto|cantidad|importe total|valor del negocio|monto total|precio
      |quantia|montante|valor do negócio|valor total|preço|receita
      |金額|案件金額|商談金額|売上|受注金額|売上金額|見積金額
      """),
    Entry(
      "currency", [.opportunity],
      """
      currency code|deal currency|currency of value|amount currency|currency iso code|opportunity currency|value currency
      |währung|waehrung|devise|monnaie|moneda|divisa|moeda|通貨|通貨コード
      """),
    Entry(
      "stage", [.opportunity],
      """
      deal stage|sales stage|pipeline stage|opportunity stage|status|phase|step|stage name|deal status
      |verkaufsphase|vertriebsphase|stufe|verkaufsstufe|étape|etape|étape de vente|statut|étape de la transaction
      |etapa|fase|etapa del negocio|etapa de la oportunidad|estado|etapa do negócio|estágio|fase da venda|etapa de venta
      |フェーズ|ステージ|商談フェーズ|段階|進捗|ステータス
      """),
    Entry(
      "probability", [.opportunity, .lead],
      """
      probability %|win probability|chance|likelihood|confidence|close probability|deal probability|forecast probability
      |wahrscheinlichkeit|abschlusswahrscheinlichkeit|probabilité|probabilité de gain|probabilidad|probabilidad de cierre
      |probabilidade|probabilidade de fechamento|確度|確率|受注確度|成約確率
      """),
    Entry(
      "expected_close_date", [.opportunity],
      """
      close date|expected close|closing date|estimated close date|expected closing date|deal close date|close
      |forecast close date|target close date|est close date|date won expected|estimated close|expected close on
      |abschlussdatum|erwartetes abschlussdatum|geplanter abschluss|voraussichtlicher abschluss|abschluss am
      |date de clôture|date de clôture prévue|date de signature prévue|clôture prévue|date de fermeture prévue
      |fecha de cierre|fecha de cierre prevista|cierre previsto|fecha prevista de cierre|fecha estimada de cierre
      |data de fechamento|data prevista de fechamento|previsão de fechamento|data de fecho prevista|fechamento previsto
      |完了予定日|受注予定日|クローズ予定日|成約予定日|クローズ日
      """),
    Entry(
      "actual_close_date", [.opportunity],
      """
      closed date|actual close|date closed|won date|won time|closed on|closed at|deal closed date|date won
      |abgeschlossen am|tatsächliches abschlussdatum|date de clôture réelle|date de clôture effective
      |fecha de cierre real|fecha real de cierre|data real de fechamento|data de fechamento real|完了日|受注日
      """),
    Entry(
      "contact", [.opportunity],
      """
      contact name|contact person|primary contact|contact email|person|customer|client|associated contact|contact id
      |deal contact person|associated contacts|primary contact name|contacts|contact full name
      |kontakt|ansprechpartner|kunde|kontaktperson|interlocuteur|contact principal|nom du contact
      |contacto|persona de contacto|contacto principal|cliente|nombre del contacto
      |contato|pessoa de contato|contato principal|nome do contato
      |連絡先|担当者名|取引先責任者|顧客名|顧客|先方担当者
      """),
    Entry(
      "lost_reason", [.opportunity],
      """
      loss reason|closed lost reason|reason lost|reason for loss|reason|lost comments|verlustgrund|grund
      |motif de perte|raison de la perte|motivo de pérdida|razón de pérdida|motivo da perda|motivo de perda|失注理由
      """),
    Entry(
      "last_activity_date", [.opportunity],
      """
      last activity|last modified activity|last contacted|letzte aktivität|dernière activité|última actividad
      |última atividade|最終活動日
      """),
  ]

  private static let tasks = [
    Entry(
      "title", [.task],
      """
      task|task name|name|subject|to do|todo|task title|what|action|item|betreff|aufgabe|titel|aufgabenname
      |tâche|nom de la tâche|objet|titre|sujet|intitulé|tarea|nombre de la tarea|asunto|título|nombre
      |tarefa|nome da tarefa|assunto|nome|タスク|タスク名|件名|タイトル|作業名
      """),
    Entry(
      "task_type", [.task],
      """
      type|activity type|kind|category|task category|aufgabentyp|art|typ|kategorie|type de tâche|catégorie|genre
      |tipo|tipo de tarea|categoría|tipo de tarefa|categoria|種類|種別|タスク種別|タスクタイプ|タイプ
      """),
    Entry(
      "due_date", [.task],
      """
      due|due on|deadline|due at|date due|due by|due time|due date time|finish by|fällig|fällig am|fälligkeitsdatum
      |fälligkeit|termin|frist|échéance|date d'échéance|date limite|à faire pour le
      |vencimiento|fecha de vencimiento|fecha límite|vence|vence el|vencimento|data de vencimento|prazo|data limite
      |期限|期日|締切|締切日|予定日|期限日
      """),
    Entry(
      "status", [.task],
      """
      state|task status|task state|completion status|zustand|statut|état|etat|estado|situación|situação
      |ステータス|状態|状況|進捗
      """),
    Entry(
      "reminder_date", [.task],
      """
      reminder|remind|remind at|reminder at|reminder date time|reminder time|remind me|erinnerung|erinnerung am
      |rappel|date de rappel|recordatorio|fecha de recordatorio|lembrete|data do lembrete|リマインダー|通知日
      """),
    Entry(
      "completed_at", [.task],
      """
      completed|completed on|completion date|date completed|done at|completed date|finished|erledigt am|abgeschlossen am
      |terminé le|date de fin|completado el|fecha de finalización|concluído em|data de conclusão|完了日|完了日時
      """),
    Entry(
      "activity_type", [.activity],
      """
      type|activity|kind|event type|engagement type|channel|art|typ|aktivität|aktivitätstyp|type d'activité|activité
      |tipo|tipo de actividad|actividad|tipo de atividade|atividade|種類|種別|活動種別|活動タイプ|タイプ
      """),
    Entry(
      "subject", [.activity],
      """
      title|activity subject|topic|name|activity name|betreff|thema|titel|objet|sujet|titre|asunto|título|tema
      |assunto|件名|タイトル|題名
      """),
    Entry(
      "body", [.activity],
      """
      description|notes|note|comments|comment|details|text|content|activity notes|summary|beschreibung|notizen|notiz
      |kommentar|inhalt|corps|commentaire|commentaires|contenu|descripción|notas|comentarios|contenido
      |descrição|observações|comentários|conteúdo|内容|本文|メモ|備考|詳細
      """),
    Entry(
      "outcome", [.activity],
      """
      result|call outcome|disposition|call result|meeting outcome|ergebnis|resultat|résultat|issue de l'appel
      |resultado|desfecho|結果|対応結果
      """),
    Entry(
      "occurred_at", [.activity],
      """
      date|when|time|activity date|timestamp|date time|datetime|occurred|start date|start time|start|due date|done time
      |datum|zeitpunkt|datum und uhrzeit|beginn|date et heure|date de l'activité|début|fecha|fecha y hora
      |fecha de la actividad|inicio|data|data e hora|data da atividade|início|日付|日時|実施日|活動日|活動日時
      """),
    Entry(
      "duration_minutes", [.activity],
      """
      duration|minutes|duration min|length|length minutes|call duration|duration in minutes|dauer|dauer in minuten
      |minuten|durée|durée en minutes|duración|duración en minutos|duração|duração em minutos|所要時間|時間（分）
      """),
    Entry(
      "user", [.activity], "user|by|owner|assigned to|assigned to user|rep|benutzer|utilisateur|usuario|usuário|担当者|実施者"
    ),
    Entry("lead", [.activity, .task], "lead name|lead email|related lead|lead id|リード"),
    Entry(
      "contact", [.activity, .task],
      "contact name|contact email|person|related contact|contact person|kontakt|contacto|contato|連絡先|who"),
    Entry(
      "opportunity", [.activity, .task],
      """
      deal|deal name|opportunity name|related deal|related to|deal title|verkaufschance|affaire|oportunidad
      |oportunidade|商談|案件
      """),
  ]

  private static let common = [
    Entry(
      "description", [.opportunity, .task],
      """
      details|detail|desc|long description|task description|deal description|body|task notes|content
      |beschreibung|inhalt|détails|description de la tâche|descripción|detalle|detalles|descrição|detalhes
      |説明|内容|詳細
      """),
    Entry(
      "description", [.task],
      "notes|note|comments|comment|notizen|notiz|commentaire|commentaires|notas|comentarios|observações|備考|メモ"),
    Entry(
      "notes", companies,
      """
      note|comments|comment|remarks|remark|memo|description|additional information|background|lead notes|contact notes
      |additional notes|message|about|background info|internal notes
      |notizen|notiz|bemerkung|bemerkungen|kommentar|kommentare|anmerkung|anmerkungen|beschreibung
      |commentaire|commentaires|remarque|remarques|observations
      |notas|nota|comentarios|comentario|observaciones|descripción
      |observações|observação|comentários|descrição|anotações
      |備考|メモ|コメント|摘要|特記事項|ノート
      """),
    Entry(
      "tags", companies,
      """
      tag|labels|label|categories|keywords|group membership|groups|lists|segments|lead labels|person labels|deal label
      |schlagwort|schlagwörter|schlagworte|kategorien|stichwörter|étiquettes|étiquette|mots-clés|libellés
      |etiquetas|etiqueta|categorías|palabras clave|marcadores|palavras-chave|categorias
      |タグ|ラベル|分類|キーワード
      """),
    Entry(
      "priority", [.lead, .task],
      """
      importance|urgency|prio|lead priority|task priority|rating|priorität|wichtigkeit|dringlichkeit|priorité|urgence
      |prioridad|urgencia|prioridade|urgência|優先度|優先順位|重要度
      """),
    Entry(
      "assigned_to", [.lead, .contact, .opportunity, .task],
      """
      owner|assigned|assignee|assigned user|rep|sales rep|salesperson|lead owner|contact owner|deal owner|record owner
      |opportunity owner|account manager|sales owner|responsible|owner name|person owner|task owner|assigned to user
      |owner full name|account executive|agent|user|hubspot owner|sales person|people
      |zuständig|verantwortlich|bearbeiter|besitzer|eigentümer|vertriebsmitarbeiter|zugewiesen an|betreuer|inhaber
      |propriétaire|responsable|commercial|attribué à|assigné à|affecté à|chargé de compte|propriétaire du lead
      |propietario|asignado a|vendedor|comercial|responsable comercial|propietario del contacto
      |proprietário|responsável|atribuído a|vendedor responsável|dono
      |所有者|営業担当|担当営業|自社担当者|担当|営業担当者
      """),
    Entry(
      "created_by", everything, "creator|added by|author|lead creator|erstellt von|créé par|creado por|criado por|作成者"),
    Entry(
      "created_at", everything,
      """
      created|create date|created date|date created|created on|creation date|date added|added on|added|created time
      |lead created|contact created|deal created|add time|created at utc|date entered|entry date
      |erstellt|erstellt am|erstellungsdatum|angelegt am|anlagedatum|eingetragen am|date de création|créé le|date d'ajout
      |fecha de creación|creado|creado el|fecha de alta|data de criação|criado em|data de cadastro|data de inclusão
      |作成日|作成日時|登録日|登録日時
      """),
    Entry(
      "updated_at", everything,
      """
      updated|modified|last modified|last modified date|date modified|updated on|modified time|update time|last updated
      |modified date|date updated|updated date|modified on|last modified time
      |geändert|geändert am|aktualisiert|aktualisiert am|letzte änderung|zuletzt geändert|modifié le|mis à jour le
      |date de modification|dernière modification|actualizado|modificado|fecha de modificación|última modificación
      |fecha de actualización|atualizado em|modificado em|data de modificação|última atualização
      |更新日|更新日時|最終更新日|最終更新日時
      """),
    Entry(
      "id", everything,
      """
      record id|lead id|contact id|deal id|opportunity id|task id|activity id|object id|record id contact|person id
      |contact id 18|external id|nummer id
      """),
  ]

  /// Names that are another record's, though what is left of them without `modifiers` would fit a field.
  static let foreign: [EntityKind: Set<String>] = [
    .lead: ["leadtitle", "dealtitle", "dealname", "opportunityname", "activitytitle"],
    .contact: ["dealtitle", "dealname", "opportunityname", "leadtitle"],
    .opportunity: ["leadname", "leadtitle", "personname"],
    .task: ["contactname", "leadname", "dealname", "dealtitle", "opportunityname"],
    .activity: ["leadtitle"],
  ]

  /// Words that say nothing about which field is meant: "Primary e-mail" is the e-mail.
  static let modifiers: Set<String> = [
    "primary", "main", "work", "business", "office", "contact", "lead", "person", "persons", "deal", "opportunity",
    "customer", "client", "task", "activity", "record", "prospect", "value", "1", "geschaftlich", "kontakt", "kunde",
    "principal", "pro", "professionnel", "bureau", "del", "de", "do", "da", "du", "professionnelle", "trabajo",
    "comercial", "contacto", "contato", "cliente",
    "optional", "required", "mandatory", "pflichtfeld", "the", "your", "ihr", "ihre", "votre", "su", "seu", "sua",
  ]
}
